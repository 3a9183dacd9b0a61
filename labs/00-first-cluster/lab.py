# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown] lang="pt-BR"
# # Laboratório 00 · Seu primeiro cluster
#
# **Tempo:** cerca de 60 minutos · **Pontos:** 24 corrigidos automaticamente e 3 à mão
#
# Este caderno não é um simulador desenhado para a aula. Ele conversa com um *plano de controle* do Kubernetes de
# verdade, que pertence só a você: um servidor de API, um banco de dados etcd, um escalonador e um
# gerenciador de controladores. Nada do que você fizer aqui estraga o cluster de outra pessoa.
#
# Ao final você saberá:
#
# 1. dizer quais são as peças de um cluster e perguntar a ele o que tem;
# 2. descrever um *Pod* num manifesto, criá-lo e encontrá-lo por rótulos;
# 3. separar a configuração do programa com um *ConfigMap*;
# 4. ler os eventos de um Pod que não sai do lugar e consertá-lo;
# 5. explicar por que preferimos **declarar** a **comandar**.
#
# > **Simulado:** no provedor `embedded`, os nós deste cluster são simulados pelo KWOK. O escalonador decide de
# > verdade onde cada Pod fica, mas nenhum programa é executado: um Pod chega a `Running` por simulação, não há
# > `kubectl logs`, não há `kubectl exec` e não há tráfego de rede. No provedor `kind` há também um nó de verdade, que roda
# > contêineres: os Pods que cabem nele vão para lá, e os outros ficam nos simulados. Onde isso importar, o texto avisará.
#
# **Seus valores.** A célula abaixo, que você executa primeiro (Shift+Enter), mostra alguns valores que são só seus (o
# nome da aplicação, a equipe, a semente...). O colega ao lado tem outros. Dentro de uma célula `%%kube` você pode escrever `${app}` e o seu valor
# entra no lugar; em Python, o mesmo valor está em `lab.values["app"]`.

# %% [markdown] lang="en"
# # Lab 00 · Your first cluster
#
# **Time:** about 60 minutes · **Points:** 24 graded automatically and 3 by hand
#
# This notebook is not a simulator drawn for the class. It speaks to a real Kubernetes
# *control plane*, which belongs to you alone: an API server, an etcd database, a scheduler and a controller
# manager. Nothing you do here can harm anybody else's cluster.
#
# At the end you will be able to:
#
# 1. name the parts of a cluster and ask it what it has;
# 2. describe a *Pod* in a manifest, create it, and find it by its labels;
# 3. keep configuration apart from the program with a *ConfigMap*;
# 4. read the events of a Pod that will not move, and mend it;
# 5. explain why we prefer to **declare** rather than to **command**.
#
# > **Simulated:** with the `embedded` provider, the nodes of this cluster are simulated by KWOK. The scheduler really
# > decides where each Pod goes, but no program is executed: a Pod becomes `Running` by simulation, there is no
# > `kubectl logs`, no `kubectl exec` and no network traffic. With the `kind` provider there is a real node too, which runs
# > containers: the Pods that fit on it go there, and the others to the simulated ones. Wherever that matters, the text says
# > so.
#
# **Your own values.** The cell below, which you run first (Shift+Enter), prints some values that are yours alone (the
# application's name, the team, the seed...). The person beside you has others. Inside a `%%kube` cell you can write `${app}` and your value
# takes its place; in Python, the same value is `lab.values["app"]`.

# %%
# %load_ext labkit
from labkit import start

lab = start("00-first-cluster")
check, cluster_view, rehearse = lab.check, lab.cluster_view, lab.rehearse

# %% [markdown] lang="pt-BR"
# ## 1 · Onde você está
#
# Um *cluster* Kubernetes é um conjunto de máquinas que se apresenta como uma só. As máquinas chamam-se **nós**. Um
# conjunto pequeno de processos, o **plano de controle**, decide o que roda em cada nó.
#
# ```text
#                      plano de controle (real)
#   você          ┌──────────────────────────────────────────────┐
#  kubectl ─────► │  kube-apiserver  ◄──────────────►  etcd      │
#  %%kube         │      ▲      ▲                   (o que deve  │
#                 │      │      │                    existir)    │
#                 │ scheduler  controller-manager                │
#                 └──────▲───────────────────────────────────────┘
#                        │ cada nó pergunta: "o que é meu?"
#       ┌────────────────┼────────────────┬────────────────┐
#    ┌──┴───┐         ┌──┴───┐         ┌──┴───┐         ┌──┴───┐
#    │cpu-1 │   ...   │gpu-1 │   ...   │gpu-2 │         │edge-1│   nós (simulados)
#    └──────┘         └──────┘         └──────┘         └──────┘
# ```
#
# | peça | o que faz | o que **não** faz |
# |---|---|---|
# | **kube-apiserver** | a única porta de entrada: autentica, valida e guarda objetos | não decide nada |
# | **etcd** | guarda o estado, de forma consistente | só fala com o servidor de API |
# | **kube-scheduler** | escolhe um nó para cada Pod ainda sem nó | não inicia o Pod |
# | **kube-controller-manager** | laços que aproximam o observado do desejado | não fala com os nós diretamente |
# | **kubelet** (um por nó) | inicia os contêineres dos Pods do seu nó e relata o estado | não escolhe Pods; nos nós simulados o KWOK o substitui |
#
# Repare no desenho: **ninguém fala com ninguém, a não ser pelo servidor de API**. O escalonador não telefona para o
# nó; ele escreve no objeto Pod "seu nó é cpu-2", e o kubelet de cpu-2, que observa a API, fica sabendo. É isso que
# permite que qualquer peça caia e volte sem que o resto se perca.

# %% [markdown] lang="en"
# ## 1 · Where you are
#
# A Kubernetes *cluster* is a set of machines that presents itself as one. The machines are called **nodes**. A small
# set of processes, the **control plane**, decides what runs on each node.
#
# ```text
#                       control plane (real)
#   you           ┌──────────────────────────────────────────────┐
#  kubectl ─────► │  kube-apiserver  ◄──────────────►  etcd      │
#  %%kube         │      ▲      ▲                   (what should │
#                 │      │      │                    exist)      │
#                 │ scheduler  controller-manager                │
#                 └──────▲───────────────────────────────────────┘
#                        │ every node asks: "what is mine?"
#       ┌────────────────┼────────────────┬────────────────┐
#    ┌──┴───┐         ┌──┴───┐         ┌──┴───┐         ┌──┴───┐
#    │cpu-1 │   ...   │gpu-1 │   ...   │gpu-2 │         │edge-1│   nodes (simulated)
#    └──────┘         └──────┘         └──────┘         └──────┘
# ```
#
# | part | what it does | what it does **not** do |
# |---|---|---|
# | **kube-apiserver** | the only door: authenticates, validates and stores objects | decides nothing |
# | **etcd** | keeps the state, consistently | speaks to the API server only |
# | **kube-scheduler** | picks a node for each Pod that has none yet | does not start the Pod |
# | **kube-controller-manager** | loops that bring the observed closer to the desired | does not speak to nodes directly |
# | **kubelet** (one a node) | starts the containers of its node's Pods and reports on them | does not choose Pods; on simulated nodes KWOK stands in for it |
#
# Look at the drawing again: **nobody speaks to anybody except through the API server**. The scheduler does not ring
# the node up; it writes "your node is cpu-2" into the Pod object, and cpu-2's kubelet, which watches the API, finds
# out. That is what allows any part to fall over and come back without the rest being lost.

# %% [markdown] lang="pt-BR"
# ### De onde isso veio
#
# Desde os primeiros anos 2000 o Google roda quase tudo o que tem num gerenciador de clusters chamado **Borg**: centenas
# de milhares de trabalhos (*jobs*), em *células* de até dezenas de milhares de máquinas, misturando serviços que nunca
# param e lotes que podem esperar. O Borg mostrou que vale a pena tratar a máquina como detalhe: o usuário diz *o que* quer e
# *quanto* precisa, não *onde*. Mas deixou lições amargas: as tarefas de um trabalho eram identificadas por um índice (e
# era difícil atualizar só algumas delas), e todas as tarefas de uma máquina dividiam o mesmo endereço IP e disputavam as
# portas.
#
# O **Omega** foi a segunda tentativa: todo o estado do cluster num repositório central e consistente, e vários
# escalonadores trabalhando ao mesmo tempo, cada um propondo mudanças que são recusadas se alguém mudou o mesmo objeto
# antes (*concorrência otimista*). Em 2014 o Google abriu um terceiro sistema, escrito do zero: o **Kubernetes**. Dele
# vêm as ideias que você usará hoje: o *Pod* (parente do *alloc* do Borg), um IP por Pod, *rótulos* no lugar de
# índices, e o estado guardado num único lugar (como no Omega), mas atrás de uma API que valida tudo. Quem escreveu os
# três conta a história em Burns et al., *Borg, Omega, and Kubernetes*, ACM Queue 14(1), 2016.

# %% [markdown] lang="en"
# ### Where this came from
#
# Since the early 2000s Google has run nearly everything it has on a cluster manager called **Borg**: hundreds of
# thousands of jobs, in *cells* of up to tens of thousands of machines, mixing services that never stop with batch
# work that can wait. Borg showed that it pays to treat the machine as a detail: the user says *what* they want and *how
# much* it needs, not *where*. But it left bitter lessons too: the tasks of a job were identified by an index (so it was
# hard to update just some of them), and all tasks on a machine shared one IP address and competed for its
# ports.
#
# **Omega** was the second attempt: the whole state of the cluster in one consistent central store, and several
# schedulers at work at the same time, each proposing changes that are refused if somebody changed the same object
# first (*optimistic concurrency*). In 2014 Google opened a third system, written from scratch: **Kubernetes**. It
# brought the ideas you will use today: the *Pod* (a relative of Borg's *alloc*), one IP address per Pod, *labels* in
# place of indices, and state kept in a single place (as in Omega), but behind an API that validates everything. The
# people who wrote all three tell the story in Burns et al., *Borg, Omega, and Kubernetes*, ACM Queue 14(1), 2016.

# %% [markdown] lang="pt-BR"
# ### Pergunte ao cluster
#
# `kubectl` é o cliente de linha de comando: transforma o que você digita em pedidos ao servidor de API. Num caderno, uma
# linha que começa com `!` é executada no terminal. Primeiro, as versões do cliente e do servidor; depois, os nós.

# %% [markdown] lang="en"
# ### Ask the cluster
#
# `kubectl` is the command-line client: it turns what you type into requests to the API server. In a notebook, a line
# that begins with `!` runs in the terminal. First, the versions of client and server; then, the nodes.

# %% tags=["nbval-ignore-output"]
# !kubectl version
# !kubectl get nodes -L pool

# %% [markdown] lang="pt-BR"
# Há três famílias de nós simulados: de CPU, de GPU e um nó de **borda** (*edge*), pequeno e longe da sala de máquinas. A coluna
# `POOL` é um *rótulo* que pedimos com `-L`. Veja um nó por inteiro. Procure três coisas: **Labels** (quem ele é),
# **Taints** (quem ele repele) e **Capacity** (quanto tem). Duas linhas dizem que algo lhe foi negado (`Lease` e
# `Pods: not authorized`): está certo, pois você é estudante neste cluster, não administrador. A seção 4 volta a isso.
# (Com `kind`, há mais um nó na lista, o de verdade, e os simulados levam mais um taint, `labcluster.dev/simulated`, que
# mantém longe deles os Pods dos outros laboratórios. Na tarefa 1 ele não conta.)

# %% [markdown] lang="en"
# There are three families of simulated nodes: CPU, GPU, and one **edge** node, small and far from the machine room. The `POOL`
# column is a *label* that we asked for with `-L`. Look at one node in full. Find three things: **Labels** (who it is),
# **Taints** (whom it repels) and **Capacity** (how much it has). Two lines say that something was refused you (`Lease` and
# `Pods: not authorized`): that is as it should be, for you are a student on this cluster, not its administrator. Section 4
# comes back to it. (With `kind` there is one more node in the list, the real one, and the simulated ones carry one more
# taint, `labcluster.dev/simulated`, which keeps the Pods of other labs off them. It does not count in task 1.)

# %% tags=["nbval-ignore-output"]
# !kubectl describe node gpu-1

# %% [markdown] lang="pt-BR"
# O mesmo, desenhado. Esta vista se atualiza sozinha: deixe-a aberta ao lado (clique com o botão direito na saída e
# escolha *Create New View for Cell Output*) e veja os Pods aparecerem nos nós à medida que você trabalha.

# %% [markdown] lang="en"
# The same, drawn. This view updates itself: keep it open at your side (right-click the output and choose *Create New
# View for Cell Output*) and see Pods appear on the nodes as you work.

# %% tags=["nbval-ignore-output"]
cluster_view()

# %% [markdown] lang="pt-BR"
# O cluster também diz de si mesmo o que sabe fazer. Este objeto, que você pode ler e não pode alterar, lista o provedor, as
# capacidades e se os nós são simulados:

# %% [markdown] lang="en"
# The cluster also says of itself what it can do. This object, which you may read and may not change, lists the provider, the
# capabilities, and whether the nodes are simulated:

# %% tags=["nbval-ignore-output"]
# !kubectl get configmap labcluster --namespace kube-public -o yaml

# %% [markdown] lang="pt-BR"
# ### Tudo é objeto
#
# Nós, Pods, ConfigMaps: tudo o que o cluster conhece é um **objeto** da API, e todos têm a mesma forma:
#
# | campo | pergunta a que responde | quem escreve |
# |---|---|---|
# | `apiVersion`, `kind` | que tipo de objeto é este? | você |
# | `metadata` | como se chama, onde mora, que rótulos tem? | você (e a API acrescenta `uid`, datas...) |
# | `spec` (ou `data`) | o que **deve** existir? | você |
# | `status` | o que **existe** agora? | o cluster |
#
# O texto com que você descreve um objeto chama-se **manifesto** e costuma ser escrito em YAML. `kubectl explain` é o
# dicionário: mostra os campos de qualquer tipo, sem sair daqui.

# %% [markdown] lang="en"
# ### Everything is an object
#
# Nodes, Pods, ConfigMaps: whatever the cluster knows is an **object** of the API, and all have the same shape:
#
# | field | the question it answers | who writes it |
# |---|---|---|
# | `apiVersion`, `kind` | what type of object is this? | you |
# | `metadata` | what is it called, where does it live, which labels has it? | you (and the API adds `uid`, dates...) |
# | `spec` (or `data`) | what **should** exist? | you |
# | `status` | what **does** exist now? | the cluster |
#
# The text in which you describe an object is called a **manifest** and is usually written in YAML. `kubectl explain` is
# the dictionary: it shows the fields of any type without leaving this page.

# %% tags=["nbval-ignore-output"]
# !kubectl explain configmap --recursive

# %% [markdown] lang="pt-BR"
# ### Tarefa 1 · Caderno de campo (4 pontos)
#
# O objeto mais simples é o **ConfigMap**: um nome e alguns pares chave-valor, sempre texto. Este, por exemplo:
#
# ```yaml
# apiVersion: v1
# kind: ConfigMap
# metadata:
#   name: example
# data:
#   favourite-colour: "green"
#   wheels: "4"
# ```
#
# Crie um ConfigMap chamado `inventory` com o que você descobriu sobre o seu cluster:
#
# | chave | valor |
# |---|---|
# | `gpu-nodes` | quantos nós têm o recurso `nvidia.com/gpu` |
# | `gpu-taint` | a chave do *taint* que os nós de GPU têm (só a chave, sem `=` nem `:`) |
# | `edge-node` | o nome do nó que tem o rótulo `node-role.kubernetes.io/edge` |
#
# As aspas importam: em YAML, `4` é um número e `"4"` é um texto, e os valores de um ConfigMap são textos.
#
# A célula começa com `%%kube apply`: o que estiver abaixo é enviado ao servidor de API como faria
# `kubectl apply -f arquivo.yaml`. Comandos que ajudam: `!kubectl get nodes -l node-role.kubernetes.io/edge` e
# `!kubectl describe nodes -l pool=gpu`. Há duas células: uma para investigar, outra para a resposta.

# %% [markdown] lang="en"
# ### Task 1 · Field notebook (4 points)
#
# The simplest object is the **ConfigMap**: a name and some key-value pairs, always text. This one, for instance:
#
# ```yaml
# apiVersion: v1
# kind: ConfigMap
# metadata:
#   name: example
# data:
#   favourite-colour: "green"
#   wheels: "4"
# ```
#
# Create a ConfigMap named `inventory` with what you found out about your cluster:
#
# | key | value |
# |---|---|
# | `gpu-nodes` | how many nodes have the resource `nvidia.com/gpu` |
# | `gpu-taint` | the key of the *taint* that the GPU nodes have (the key only, without `=` or `:`) |
# | `edge-node` | the name of the node that has the label `node-role.kubernetes.io/edge` |
#
# The quotes matter: in YAML, `4` is a number and `"4"` is text, and the values of a ConfigMap are text.
#
# The cell begins with `%%kube apply`: what is below it is sent to the API server as
# `kubectl apply -f file.yaml` would do. Commands that help: `!kubectl get nodes -l node-role.kubernetes.io/edge` and
# `!kubectl describe nodes -l pool=gpu`. There are two cells: one to investigate, another for the answer.

# %% tags=["nbval-ignore-output"]
# !kubectl get nodes -l node-role.kubernetes.io/edge

# %% [raw] kube="apply" solution="write-inventory"
# ### BEGIN SOLUTION
# apiVersion: v1
# kind: ConfigMap
# metadata:
#   name: inventory
# data:
#   gpu-nodes: "2"
#   gpu-taint: nvidia.com/gpu
#   edge-node: edge-1
# ### END SOLUTION

# %% check="inventory"

# %% [markdown] lang="pt-BR"
# ## 2 · O primeiro Pod
#
# O Kubernetes não roda contêineres soltos: roda **Pods**. Um Pod é um ou mais contêineres que vivem juntos, no mesmo
# nó, com o mesmo endereço IP e os mesmos volumes. Quase sempre há um só contêiner; o laboratório 02 trata dos outros casos.
# Este é um Pod completo:

# %% [markdown] lang="en"
# ## 2 · The first Pod
#
# Kubernetes does not run loose containers: it runs **Pods**. A Pod is one or more containers that live together, on one
# node, with one IP address and the same volumes. Nearly always there is just one container; lab 02 treats the other
# cases. This is a complete Pod:

# %% [raw] kube="apply"
# apiVersion: v1
# kind: Pod
# metadata:
#   name: hello
#   labels:
#     app: hello
# spec:
#   containers:
#     - name: main
#       image: localhost/lab/web:1

# %% [markdown] lang="pt-BR"
# Leia de baixo para cima: um contêiner chamado `main`, feito da **imagem** `localhost/lab/web` na versão `1` (um pequeno
# servidor web do curso; `localhost/` quer dizer que ela não vem de um registro: já está no nó), dentro de um Pod chamado
# `hello`.
#
# O que aconteceu depois do `apply`?
#
# ```text
#  apply ──► apiserver ──► etcd            1. validado e guardado: Pending, sem nó
#               │
#               ├──► scheduler             2. escolhe um nó e escreve spec.nodeName
#               │
#               └──► kubelet desse nó      3. inicia o contêiner e escreve status.phase: Running
#                                             (num nó simulado: o KWOK finge este passo)
# ```

# %% [markdown] lang="en"
# Read it from the bottom up: a container named `main`, made from the **image** `localhost/lab/web` at version `1` (a small
# web server of this course; `localhost/` means that it comes from no registry: it is on the node already), inside a Pod
# named `hello`.
#
# What happened after `apply`?
#
# ```text
#  apply ──► apiserver ──► etcd            1. validated and stored: Pending, no node
#               │
#               ├──► scheduler             2. picks a node and writes spec.nodeName
#               │
#               └──► kubelet of that node  3. starts the container and writes status.phase: Running
#                                             (on a simulated node: KWOK pretends this step)
# ```

# %% tags=["nbval-ignore-output"]
# !kubectl wait --for=condition=Ready pod/hello --timeout=30s
# !kubectl get pod hello -o wide
# !kubectl describe pod hello

# %% [markdown] lang="pt-BR"
# No fim da descrição estão os **eventos**, a história do objeto: `Scheduled` foi escrito pelo escalonador. Guarde este
# hábito: *quando algo não vai bem, leia os eventos primeiro*.
#
# E os registros do programa? Tente `!kubectl logs hello` numa célula nova. Com `kind`, você lê o que o servidor escreveu ao
# começar. Com `embedded` o pedido falha: não há programa que tenha escrito algo.
#
# ### Tarefa 2 · Um Pod seu (4 pontos)
#
# Escreva um Pod com o nome `${app}` (o seu valor de `app`; dentro de `%%kube` pode escrever `${app}` mesmo):
#
# - com os rótulos `app: ${app}` e `team: ${team}`;
# - com um contêiner chamado `main`;
# - com uma imagem de **versão fixa**. Vale a `localhost/lab/web:1` do exemplo. Não vale `:latest`, nem imagem sem versão: quem
#   repetir o seu experimento daqui a um ano receberia outro programa com o mesmo nome.

# %% [markdown] lang="en"
# At the end of the description are the **events**, the object's history: `Scheduled` was written by the scheduler. Keep
# this habit: *when something goes wrong, read the events first*.
#
# And what the program prints? Try `!kubectl logs hello` in a new cell. With `kind` you read what the server wrote when it
# started. With `embedded` the request fails: there is no program that could have written anything.
#
# ### Task 2 · A Pod of your own (4 points)
#
# Write a Pod named `${app}` (your value of `app`; inside `%%kube` you may write `${app}` literally):
#
# - with the labels `app: ${app}` and `team: ${team}`;
# - with one container named `main`;
# - with an image of a **fixed version**. The example's `localhost/lab/web:1` will do. `:latest` will not, nor will an image
#   without a version: whoever repeats your experiment a year from now would get another program under the same name.

# %% [raw] kube="apply" solution="write-pod"
# ### BEGIN SOLUTION
# apiVersion: v1
# kind: Pod
# metadata:
#   name: ${app}
#   labels:
#     app: ${app}
#     team: ${team}
# spec:
#   containers:
#     - name: main
#       image: localhost/lab/web:1
# ### END SOLUTION

# %% check="first-pod"

# %% [markdown] lang="pt-BR"
# ## 3 · Rótulos e seletores
#
# No Borg, uma tarefa era "a de número 17". No Kubernetes, um objeto é encontrado pelo que **é**: seus **rótulos**
# (*labels*), pares chave-valor que você inventa. Um **seletor** é uma pergunta sobre rótulos:
#
# | seletor | encontra |
# |---|---|
# | `-l app=helix` | os que têm `app` igual a `helix` |
# | `-l app=helix,role=worker` | os que satisfazem as duas condições (a vírgula é um **e**) |
# | `-l 'role in (leader, worker)'` | os que têm `role` igual a um dos dois |
# | `-l '!role'` | os que não têm o rótulo `role` |
#
# Rótulos parecem detalhe. Não são: é por um seletor que um *Service* sabe para quem mandar tráfego e que um *Deployment*
# sabe quais Pods são seus. Nem todo rótulo é seu: `topology.kubernetes.io/zone`, que você verá abaixo (nos nós que o têm), foi copiado do nó
# para o Pod pelo próprio servidor de API. Para uma anotação que ninguém precisa procurar (um comentário, um endereço, a causa de um
# erro) existe outro campo, `annotations`.

# %% [markdown] lang="en"
# ## 3 · Labels and selectors
#
# In Borg, a task was "number 17". In Kubernetes, an object is found by what it **is**: its **labels**, key-value pairs
# that you invent. A **selector** is a question about labels:
#
# | selector | finds |
# |---|---|
# | `-l app=helix` | those whose `app` equals `helix` |
# | `-l app=helix,role=worker` | those that meet both conditions (the comma is an **and**) |
# | `-l 'role in (leader, worker)'` | those whose `role` is one of the two |
# | `-l '!role'` | those without the label `role` |
#
# Labels look like a detail. They are not: it is by a selector that a *Service* knows where to send traffic, and that a
# *Deployment* knows which Pods are its own. Not every label is yours: `topology.kubernetes.io/zone`, which you will see
# below (on nodes that have it), was copied from the node to the Pod by the API server itself. For a note that nobody needs to search by (a comment, an address, the cause
# of an error) there is another field, `annotations`.

# %% tags=["nbval-ignore-output"]
app = lab.values["app"]
# !kubectl get pods --show-labels
# !kubectl get pods -l app={app}
# !kubectl get pods -l '!team'

# %% [markdown] lang="pt-BR"
# ### Tarefa 3 · Um líder e dois trabalhadores (4 pontos)
#
# Um padrão comum em HPC: um processo coordena (o *leader*) e os outros calculam (os *workers*).
#
# 1. Na primeira célula, declare **dois** Pods, `${app}-worker-0` e `${app}-worker-1`, ambos com os rótulos
#    `app: ${app}` e `role: worker`. Vários objetos cabem num manifesto só: separe-os com uma linha `---`.
# 2. Na segunda, ponha no Pod que **já existe** (o da tarefa 2) o rótulo `role: leader`, sem recriá-lo, com
#    `!kubectl label pod {app} CHAVE=VALOR` (a variável Python `app` foi criada na célula acima).
#
# Para conferir, `!kubectl get pods -l app={app} -L role` deve mostrar três Pods: um líder e dois trabalhadores.

# %% [markdown] lang="en"
# ### Task 3 · One leader and two workers (4 points)
#
# A common pattern in HPC: one process coordinates (the *leader*) and the others compute (the *workers*).
#
# 1. In the first cell, declare **two** Pods, `${app}-worker-0` and `${app}-worker-1`, both with the labels
#    `app: ${app}` and `role: worker`. Several objects fit in one manifest: separate them with a line `---`.
# 2. In the second, put the label `role: leader` on the Pod that **already exists** (the one of task 2), without
#    recreating it, with `!kubectl label pod {app} KEY=VALUE` (the Python variable `app` was made in the cell above).
#
# To see for yourself: `!kubectl get pods -l app={app} -L role` should show three Pods, one leader and two workers.

# %% [raw] kube="apply" solution="write-workers"
# ### BEGIN SOLUTION
# apiVersion: v1
# kind: Pod
# metadata:
#   name: ${app}-worker-0
#   labels: {app: "${app}", role: worker}
# spec:
#   containers:
#     - name: main
#       image: localhost/lab/web:1
# ---
# apiVersion: v1
# kind: Pod
# metadata:
#   name: ${app}-worker-1
#   labels: {app: "${app}", role: worker}
# spec:
#   containers:
#     - name: main
#       image: localhost/lab/web:1
# ### END SOLUTION

# %% solution="label-leader"
### BEGIN SOLUTION
# !kubectl label pod {app} role=leader --overwrite
### END SOLUTION

# %% check="labels"

# %% [markdown] lang="pt-BR"
# Você acabou de usar os dois estilos: **declarou** os trabalhadores e **comandou** o rótulo do líder. Agora execute de
# novo a célula da tarefa 2. O `apply` responde `unchanged`, e o rótulo `role=leader` continua lá: `apply` só mexe no
# que o manifesto diz (e no que ele dizia antes e deixou de dizer). Ninguém olhando o seu manifesto, porém, saberia que
# o líder existe. Guarde essa observação para a pergunta final.
#
# ## 4 · Onde moram os objetos: namespaces e contextos
#
# Um **namespace** é uma pasta de objetos: nomes são únicos dentro dele, e permissões e cotas se aplicam a ele. Cada
# laboratório tem o seu, e o deste é `lab-00-first-cluster`. Alguns objetos não moram em namespace nenhum: os nós, por
# exemplo, e os próprios namespaces.
#
# Um **contexto** é um trio guardado no arquivo kubeconfig: *qual cluster*, *que usuário* e *em que namespace*. O contexto
# atual é o que o `kubectl` usa quando você não diz nada. Meia hora perdida procurando um Pod que "sumiu" costuma ser um
# contexto errado.

# %% [markdown] lang="en"
# You have just used both styles: you **declared** the workers and **commanded** the leader's label. Now run the cell of
# task 2 again. `apply` answers `unchanged`, and the label `role=leader` is still there: `apply` touches only what
# the manifest says (and what it used to say and no longer does). Yet nobody who looks at your manifest could tell that
# there is a leader. Keep that observation for the question at the end.
#
# ## 4 · Where objects live: namespaces and contexts
#
# A **namespace** is a folder of objects: names are unique within it, and permissions and quotas apply to it. Each lab
# has its own, and this one's is `lab-00-first-cluster`. Some objects live in no namespace at all: nodes, for
# instance, and namespaces themselves.
#
# A **context** is a trio kept in the kubeconfig file: *which cluster*, *which user* and *which namespace*. The current
# context is what `kubectl` uses when you say nothing. Half an hour lost looking for a Pod that "vanished" is usually a
# wrong context.

# %% tags=["nbval-ignore-output"]
# !kubectl config get-contexts
# !kubectl get namespaces
# !kubectl auth can-i create pods
# !kubectl auth can-i create pods --namespace kube-system
# !kubectl auth can-i delete nodes

# %% [markdown] lang="pt-BR"
# As três últimas linhas são perguntas de permissão: aqui você cria Pods; no `kube-system`, a casa do próprio cluster, não; e
# apagar nós é coisa de administrador. O laboratório 10 trata de quem decide isso.
#
# ## 5 · Configuração fora do programa
#
# Uma simulação com outra semente é o *mesmo programa* com *outro parâmetro*. Se a semente estiver gravada na imagem ou
# copiada à mão em cada Pod, mais cedo ou mais tarde duas cópias dirão coisas diferentes. O ConfigMap é o lugar único
# dos parâmetros; o Pod os recebe de três maneiras:
#
# | maneira | no contêiner | bom para |
# |---|---|---|
# | todas as chaves como variáveis | `envFrom: [{configMapRef: {name: parameters}}]` | muitos parâmetros simples |
# | uma chave como variável | `env: [{name: SEED, valueFrom: {configMapKeyRef: {name: parameters, key: SEED}}}]` | renomear, escolher |
# | arquivos num volume | `volumes` + `volumeMounts`: cada chave vira um arquivo | programas que leem arquivos |
#
# Variáveis de ambiente são lidas uma vez, na partida do contêiner; arquivos montados são atualizados depois.
#
# Alguém da equipe já deixou um rascunho dos parâmetros:

# %% [markdown] lang="en"
# The last three lines are questions about permission: here you may create Pods; in `kube-system`, the cluster's own
# house, you may not; and deleting nodes is an administrator's business. Lab 10 treats who decides that.
#
# ## 5 · Configuration outside the program
#
# A simulation with another seed is the *same program* with *another parameter*. If the seed is baked into the image or
# copied by hand into each Pod, sooner or later two copies will disagree. The ConfigMap is the one place
# for parameters; the Pod receives them in one of three ways:
#
# | way | in the container | good for |
# |---|---|---|
# | all keys as variables | `envFrom: [{configMapRef: {name: parameters}}]` | many simple parameters |
# | one key as a variable | `env: [{name: SEED, valueFrom: {configMapKeyRef: {name: parameters, key: SEED}}}]` | renaming, choosing |
# | files in a volume | `volumes` + `volumeMounts`: each key becomes a file | programs that read files |
#
# Environment variables are read once, when the container starts; mounted files are updated later on.
#
# Somebody on the team has already left a draft of the parameters:

# %% [raw] kube="apply"
# apiVersion: v1
# kind: ConfigMap
# metadata:
#   name: parameters
# data:
#   STEPS: "10"

# %% [markdown] lang="pt-BR"
# ### Tarefa 4 · Parâmetros e simulação (5 pontos)
#
# Numa só célula, com dois objetos separados por `---`:
#
# 1. o ConfigMap `parameters`, **corrigido**: `SEED` com a sua semente (`"${seed}"`, entre aspas) e `STEPS` com `"5000"`.
#    É o mesmo nome do rascunho: o `apply` leva o objeto que existe ao que você declarou e responde `configured`;
# 2. um Pod `simulation`, com `restartPolicy: Never` em `spec` (é um programa que termina) e um contêiner, com a imagem
#    `localhost/lab/md:1`, que receba os parâmetros **do ConfigMap**, por uma das três maneiras. A semente não pode estar
#    copiada no manifesto do Pod.
#
# O programa `md` simula 64 partículas com forças de Lennard-Jones. Ele lê as variáveis `SEED` e `STEPS` (ou arquivos com
# esses nomes, na pasta do argumento `--parameters PASTA`) e escreve as energias e uma soma de verificação do estado final.
# A mesma semente dá a mesma soma em qualquer máquina. **Só com `kind`** ele roda, e a verificação lê o que escreveu; com
# `embedded`, ela julga o que você declarou.
#
# Quer ver antes o que mudaria? Salve o YAML num arquivo e use `kubectl diff -f arquivo.yaml`.

# %% [markdown] lang="en"
# ### Task 4 · Parameters and simulation (5 points)
#
# In a single cell, with two objects separated by `---`:
#
# 1. the ConfigMap `parameters`, **corrected**: `SEED` with your seed (`"${seed}"`, in quotes) and `STEPS` with `"5000"`.
#    It has the draft's name: `apply` takes the object that exists to what you declared, and answers `configured`;
# 2. a Pod `simulation`, with `restartPolicy: Never` under `spec` (it is a program that ends) and one container, with the
#    image `localhost/lab/md:1`, that receives its parameters **from the ConfigMap**, in one of the three ways. The seed must
#    not be copied into the Pod's manifest.
#
# The program `md` simulates 64 particles with Lennard-Jones forces. It reads the variables `SEED` and `STEPS` (or files of
# these names, in the folder of its argument `--parameters FOLDER`) and prints energies and a checksum of the final state.
# The same seed gives the same checksum on any machine. **With `kind` only**, it runs, and the check reads what it printed;
# with `embedded`, the check judges what you declared.
#
# Would you like to see first what would change? Save the YAML to a file and use `kubectl diff -f file.yaml`.

# %% [raw] kube="apply" solution="write-simulation"
# ### BEGIN SOLUTION
# apiVersion: v1
# kind: ConfigMap
# metadata:
#   name: parameters
# data:
#   SEED: "${seed}"
#   STEPS: "5000"
# ---
# apiVersion: v1
# kind: Pod
# metadata:
#   name: simulation
#   labels: {app: simulation}
# spec:
#   restartPolicy: Never
#   containers:
#     - name: main
#       image: localhost/lab/md:1
#       envFrom:
#         - configMapRef: {name: parameters}
# ### END SOLUTION

# %% check="config"

# %% [markdown] lang="pt-BR"
# Com `kind`, leia o resultado. A energia total quase não muda: é física. E a última linha é a impressão digital deste
# experimento: guarde-a com a semente, e qualquer pessoa poderá conferir que o repetiu. (Com `embedded`, o comando falha.)

# %% [markdown] lang="en"
# With `kind`, read the result. The total energy hardly changes: it is physics. And the last line is this experiment's
# fingerprint: keep it with the seed, and anybody can verify having repeated it. (With `embedded` the command fails.)

# %% tags=["nbval-ignore-output"]
# !kubectl logs simulation

# %% [markdown] lang="pt-BR"
# ## 6 · O Pod que não sai do lugar
#
# Todo contêiner pode dizer quanto precisa: `resources.requests`. O escalonador soma os pedidos e só põe o Pod num nó
# onde eles **cabem**. Se não cabem em nenhum, o Pod fica `Pending`: não é erro, é espera. Se amanhã entrar um nó maior,
# ele anda sozinho.
#
# Um colega mandou este Pod e foi almoçar (a primeira linha apaga o que sobrou de uma execução anterior):

# %% [markdown] lang="en"
# ## 6 · The Pod that will not move
#
# Every container can say how much it needs: `resources.requests`. The scheduler adds the requests up and puts the Pod
# only on a node where they **fit**. If they fit on none, the Pod stays `Pending`: that is not an error, it is waiting.
# Should a bigger node join tomorrow, it moves on by itself.
#
# A colleague submitted this Pod and went for lunch (the first line removes what an earlier run may have left):

# %%
# !kubectl delete pod giant --ignore-not-found

# %% [raw] kube="apply"
# apiVersion: v1
# kind: Pod
# metadata:
#   name: giant
#   labels: {app: giant}
# spec:
#   containers:
#     - name: main
#       image: localhost/lab/web:1
#       resources:
#         requests: {cpu: "${ask_cpu}", memory: 1Gi}

# %% tags=["nbval-ignore-output"]
# !kubectl wait --for=condition=PodScheduled=False pod/giant --timeout=30s
# !kubectl get pod giant
# !kubectl describe pod giant

# %% [markdown] lang="pt-BR"
# Leia o evento `FailedScheduling` como uma conta: *0 de 6 nós servem* (de 7, com `kind`), e em seguida quantos nós foram recusados por cada
# motivo. Os nós de GPU e de borda recusaram o Pod por um motivo (os *taints*: só entra quem os tolera); os de CPU, por
# outro. É este segundo motivo que o colega precisa corrigir. (O fim da mensagem fala de *preemption*: o escalonador também
# considerou expulsar Pods menos importantes, e não adiantaria. Isso é assunto do laboratório 07.) Veja também o Pod na
# vista do cluster, à parte, sem nó:

# %% [markdown] lang="en"
# Read the `FailedScheduling` event as a sum: *0 of 6 nodes will do* (of 7, with `kind`), and then how many nodes refused the Pod for each
# reason. The GPU and edge nodes refused it for one reason (their *taints*: only those who tolerate them get in); the
# CPU nodes for another. It is this second reason that your colleague has to mend. (The end of the message speaks of
# *preemption*: the scheduler also considered evicting less important Pods, and it would not help. That belongs to lab 07.)
# See the Pod in the cluster view too, set apart, without a node:

# %% tags=["nbval-ignore-output"]
cluster_view()

# %% [markdown] lang="pt-BR"
# ### Tarefa 5 · Faça o gigante caber (4 pontos)
#
# O colega volta e admite: errou a conta; o programa usa `${cores}` núcleos (o seu valor de `cores`) e 1 GiB de memória.
#
# Quase todos os campos de um Pod são **imutáveis**: tente mudar `requests` com `apply` e a API recusa. O caminho geral
# é apagar e criar de novo, e a primeira célula abaixo já apaga. Na segunda, declare o Pod `giant` de novo:
#
# - pedindo `${cores}` CPUs e 1 GiB de memória, de modo que ele chegue a `Running`;
# - com uma **anotação** `diagnosis` (em `metadata.annotations`) que diga, com as palavras do evento, por que os nós de
#   CPU o recusavam: duas palavras em inglês, `Insufficient ...`.

# %% [markdown] lang="en"
# ### Task 5 · Make the giant fit (4 points)
#
# Your colleague comes back and confesses: the sum was wrong; the program uses `${cores}` cores (your value of `cores`)
# and 1 GiB of memory.
#
# Nearly all fields of a Pod are **immutable**: try to change `requests` with `apply` and the API refuses. The general
# way is to delete and create again, and the first cell below does the deleting. In the second, declare the Pod
# `giant` again:
#
# - asking for `${cores}` CPUs and 1 GiB of memory, so that it gets to `Running`;
# - with an **annotation** `diagnosis` (in `metadata.annotations`) that says, in the event's words, why the CPU nodes
#   refused it: two words, `Insufficient ...`.

# %%
# !kubectl delete pod giant --ignore-not-found

# %% [raw] kube="apply" solution="write-giant"
# ### BEGIN SOLUTION
# apiVersion: v1
# kind: Pod
# metadata:
#   name: giant
#   labels: {app: giant}
#   annotations:
#     diagnosis: Insufficient cpu
# spec:
#   containers:
#     - name: main
#       image: localhost/lab/web:1
#       resources:
#         requests: {cpu: "${cores}", memory: 1Gi}
# ### END SOLUTION

# %% check="pending"

# %% [markdown] lang="pt-BR"
# > Desde a versão 1.35, CPU e memória de um Pod podem ser redimensionadas sem recriá-lo, por um caminho próprio (o
# > sub-recurso `resize`). A regra geral continua: para mudar um Pod, substitua-o. No laboratório 04, o *Deployment* fará
# > isso por você, sem interrupção.
#
# ## 7 · Arrumar a casa
#
# Apagar um a um, pelo nome, é pedir para apagar o errado. Com rótulos bem postos, um seletor apaga exatamente o que
# deve. Antes de apagar, **faça a mesma pergunta com `get`**: o que ela listar é o que será apagado. A célula cria
# quatro Pods, três rascunhos e um resultado que precisa ficar:

# %% [markdown] lang="en"
# > Since version 1.35, a Pod's CPU and memory can be resized without recreating it, through a path of its own (the
# > `resize` subresource). The general rule stands: to change a Pod, replace it. In lab 04 the *Deployment* will do that
# > for you, without an interruption.
#
# ## 7 · Tidy up
#
# To delete one by one, by name, is asking to delete the wrong one. With well-placed labels, a selector deletes exactly
# what it should. Before you delete, **ask the same question with `get`**: what it lists is what will be deleted. The
# cell makes four Pods, three drafts and one result that must stay:

# %% [raw] kube="apply"
# apiVersion: v1
# kind: Pod
# metadata: {name: run-a, labels: {campaign: "${team}", stage: draft}}
# spec:
#   containers: [{name: main, image: "localhost/lab/web:1"}]
# ---
# apiVersion: v1
# kind: Pod
# metadata: {name: run-b, labels: {campaign: "${team}", stage: draft}}
# spec:
#   containers: [{name: main, image: "localhost/lab/web:1"}]
# ---
# apiVersion: v1
# kind: Pod
# metadata: {name: run-c, labels: {campaign: "${team}", stage: result}}
# spec:
#   containers: [{name: main, image: "localhost/lab/web:1"}]
# ---
# apiVersion: v1
# kind: Pod
# metadata: {name: run-d, labels: {campaign: "${team}", stage: draft}}
# spec:
#   containers: [{name: main, image: "localhost/lab/web:1"}]

# %% tags=["nbval-ignore-output"]
# !kubectl get pods -l campaign -L campaign,stage

# %% [markdown] lang="pt-BR"
# ### Tarefa 6 · Apague os rascunhos, arquive o resultado (3 pontos)
#
# 1. Na primeira célula, apague **com um seletor** os Pods cujo `stage` é `draft`: `!kubectl delete pods -l ...`
# 2. Na segunda, mude o rótulo `stage` do Pod que ficou para `archived`. Mudar um rótulo que já existe exige `--overwrite`:
#    é a maneira de o `kubectl` perguntar "tem certeza?".

# %% [markdown] lang="en"
# ### Task 6 · Delete the drafts, archive the result (3 points)
#
# 1. In the first cell, delete **with a selector** the Pods whose `stage` is `draft`: `!kubectl delete pods -l ...`
# 2. In the second, change the label `stage` of the Pod that remained to `archived`. Changing a label that exists already
#    takes `--overwrite`: it is how `kubectl` asks "are you sure?".

# %% solution="delete-drafts"
### BEGIN SOLUTION
# !kubectl delete pods -l stage=draft
### END SOLUTION

# %% solution="archive-result"
### BEGIN SOLUTION
# !kubectl label pod run-c stage=archived --overwrite
### END SOLUTION

# %% check="cleanup"

# %% [markdown] lang="pt-BR"
# ## 8 · Declarar ou comandar
#
# | | imperativo (*comandar*) | declarativo (*declarar*) |
# |---|---|---|
# | você diz | **o que fazer**: crie, rotule, apague | **como deve ficar**: este manifesto |
# | exemplo | `kubectl create`, `label`, `delete`, `scale` | `kubectl apply -f pasta/` |
# | repetir | falha ou faz de novo (`AlreadyExists`) | não muda nada (`unchanged`) |
# | onde está a verdade | na memória de quem digitou | num arquivo que se versiona, revisa e compara |
# | bom para | olhar, experimentar, emergências | tudo o que precisa existir amanhã |
#
# O plano de controle trabalha do segundo modo: **laços de reconciliação** comparam o `spec` com o que observam e agem
# sobre a diferença, sem parar. Por isso o gigante andaria sozinho se entrasse um nó maior: ninguém precisaria mandar de
# novo. Essa ideia volta em todos os laboratórios.
#
# Antes de entregar, use **Ensaiar**: ele executa este caderno do início ao fim num cluster vazio e mostra a nota
# que um corretor veria. O que vale é o que o caderno diz, e não o que ficou na memória do seu cluster.

# %% [markdown] lang="en"
# ## 8 · Declare or command
#
# | | imperative (*command*) | declarative (*declare*) |
# |---|---|---|
# | you say | **what to do**: create, label, delete | **what it should look like**: this manifest |
# | example | `kubectl create`, `label`, `delete`, `scale` | `kubectl apply -f folder/` |
# | repeating it | fails or does it again (`AlreadyExists`) | changes nothing (`unchanged`) |
# | where the truth is | in the memory of whoever typed | in a file that is versioned, reviewed and compared |
# | good for | looking, trying out, emergencies | whatever must still exist tomorrow |
#
# The control plane works in the second way: **reconciliation loops** compare the `spec` with what they observe and act on
# the difference, without end. That is why the giant would have moved on by itself had a bigger node joined: nobody would
# have to order it again. The idea returns in every lab.
#
# Before you submit, use **Rehearse**: it runs this notebook from top to bottom on an empty cluster and shows the score
# that a grader would see. What counts is what the notebook says, and not what your cluster happens to remember.

# %% tags=["nbval-ignore-output"]
rehearse()

# %% [markdown] reflect="declare-or-command" points=3 lang="pt-BR"
# ### Pergunta · O experimento que precisa ser repetido (3 pontos, corrigida à mão)
#
# Ana guarda seu experimento como uma lista de 30 comandos `kubectl create/label/delete`. Bruno guarda o dele como uma
# pasta de manifestos num repositório Git. Seis meses depois um revisor pede que ambos repitam o experimento, em outro
# cluster, com outra semente.
#
# Em 8 a 12 linhas: (a) o que pode dar errado para Ana, e em que ponto, se o comando 17 falhar? (b) o que o Kubernetes
# faz com os manifestos de Bruno que não poderia fazer com os comandos de Ana? (c) o que **ainda falta** a Bruno para que
# o resultado seja reproduzível? Use ao menos um exemplo do que você fez neste laboratório.
#
# ### BEGIN SOLUTION
# **Resposta-modelo.** (a) Os comandos são passos, e cada um supõe o estado deixado pelo anterior. Se o 17 falhar, o
# cluster fica no meio do caminho; repetir do início esbarra em `AlreadyExists`, e continuar do 18 supõe algo que não
# existe. Além disso, um passo pode não estar na lista: aqui, o rótulo `role=leader` foi posto por comando e não aparece no
# manifesto do Pod. (b) `apply` compara o declarado com o existente e faz só o que falta: pode ser repetido quantas
# vezes for preciso e leva ao mesmo estado. Depois, controladores e escalonador continuam perseguindo o estado desejado
# (o Pod `giant` ficou `Pending` e andaria sozinho se surgisse um nó maior). O manifesto pode ser comparado
# (`kubectl diff`), revisado e versionado; trocar a semente é mudar uma linha do ConfigMap. (c) Falta fixar o que o
# manifesto apenas nomeia: a imagem por versão ou, melhor, por *digest*; os dados de entrada; os pedidos de recursos
# iguais; a semente registrada; a versão do cluster. Declarar o ambiente é necessário, mas não torna determinístico um
# programa que não o é.
#
# **Critérios (3 pontos).** 1 ponto: reconhece que comandos dependem do estado anterior e que uma falha no meio deixa um
# estado parcial. 1 ponto: explica idempotência ou reconciliação (não basta dizer "é melhor"). 1 ponto: aponta ao menos
# uma coisa que falta (imagem fixa, dados, semente, versão) **e** usa um exemplo do laboratório. Meio ponto em cada
# item se a ideia está certa, mas sem explicação.
# ### END SOLUTION

# %% [markdown] reflect="declare-or-command" points=3 lang="en"
# ### Question · The experiment that must be repeated (3 points, graded by hand)
#
# Ana keeps her experiment as a list of 30 `kubectl create/label/delete` commands. Bruno keeps his as a folder of
# manifests in a Git repository. Six months later a reviewer asks both to repeat the experiment, on another cluster,
# with another seed.
#
# In 8 to 12 lines: (a) what can go wrong for Ana, and where does it leave her, if command 17 fails? (b) what does
# Kubernetes do with Bruno's manifests that it could not do with Ana's commands? (c) what does Bruno **still lack** for
# the result to be reproducible? Use at least one example of what you did in this lab.
#
# ### BEGIN SOLUTION
# **Model answer.** (a) Commands are steps, and each supposes the state that the one before it left. If the 17th fails,
# the cluster is left halfway; repeating from the start runs into `AlreadyExists`, and going on from the 18th supposes
# something that is not there. Besides, a step may be missing from the list: here, the label `role=leader` was set by a
# command and does not appear in the Pod's manifest. (b) `apply` compares what is declared with what exists and does only
# what is missing: it can be repeated as often as need be and leads to the same state. After that, controllers and
# scheduler go on pursuing the desired state (the Pod `giant` stayed `Pending` and would have moved by itself had a
# bigger node appeared). The manifest can be compared (`kubectl diff`), reviewed and versioned; to change the seed is to
# change one line of the ConfigMap. (c) What the manifest merely names must still be pinned: the image by version or,
# better, by *digest*; the input data; equal resource requests; the recorded seed; the cluster's version. To declare the
# environment is necessary, but it does not make a program deterministic that is not.
#
# **Rubric (3 points).** 1 point: sees that commands depend on the state before them and that a failure midway leaves a
# partial state. 1 point: explains idempotence or reconciliation (to say "it is better" is not enough). 1 point: names at
# least one thing that is lacking (pinned image, data, seed, version) **and** uses an example from the lab. Half a point
# for an item whose idea is right but unexplained.
# ### END SOLUTION

# %% [markdown] lang="pt-BR"
# ## Para levar
#
# - O servidor de API é a única porta; o resto observa e reage.
# - Objetos têm a mesma forma: `spec` é o que você quer, `status` é o que há.
# - Rótulos dizem o que as coisas são; seletores as encontram.
# - `Pending` não é erro: leia os eventos e refaça a conta do escalonador.
# - Declare o que precisa existir amanhã; comande apenas para olhar e experimentar.
#
# **Próximo:** `01-vm-vs-container` mede o que é um contêiner; `02-pods` abre o Pod e mostra por que ele pode ter mais
# de um.

# %% [markdown] lang="en"
# ## To take away
#
# - The API server is the only door; everything else watches and reacts.
# - Objects share one shape: `spec` is what you want, `status` is what there is.
# - Labels say what things are; selectors find them.
# - `Pending` is not an error: read the events and redo the scheduler's sum.
# - Declare what must exist tomorrow; command only to look and to try out.
#
# **Next:** `01-vm-vs-container` measures what a container is; `02-pods` opens the Pod up and shows why it may have more
# than one.
