# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
# ---

# %% [markdown] lang="pt-BR"
# # 04 · Deployments: estado desejado, autorrecuperação e atualização sem parada
#
# **Tempo:** 60 a 90 minutos · **Antes:** `02-pods` · **7 tarefas, 28 pontos**, mais uma pergunta de reflexão (4 pontos)
#
# Um supercomputador não vive só de jobs. Em volta da fila há serviços que ninguém pode deixar cair: o portal em que as
# pessoas submetem simulações, o visualizador de resultados, o servidor de licenças do solver comercial, o gateway de
# dados, o notificador que avisa que o job terminou. Hoje você cuida dos cinco.
#
# Ao final você saberá:
#
# 1. declarar um estado desejado e explicar quem trabalha para que ele seja verdade;
# 2. seguir a corrente Deployment → ReplicaSet → Pod, e tirar um Pod dela;
# 3. crescer sem que o manifesto e o cluster passem a dizer coisas diferentes;
# 4. trocar a versão de um serviço com uma promessa de disponibilidade que **você** calcula e a verificação **mede**;
# 5. reconhecer uma versão que empacou, voltar atrás e deixar o porquê registrado;
# 6. dizer quando um Deployment é a ferramenta errada.
#
# > **O que aqui é simulado, e o que não é.** O servidor de API, o etcd, o escalonador e os controladores são sempre os de
# > verdade. No provedor `kind` os contêineres também são: cada Pod roda o nosso pequeno servidor web, e a verificação
# > manda-lhe requisições e conta as que falham. No provedor `embedded` os nós e os contêineres são simulados (KWOK): um
# > Pod fica `Ready` um instante depois de ser escalonado, sem que programa algum rode; não há logs, `exec` nem tráfego,
# > e nenhuma imagem é baixada (a tag `does-not-exist` é o modo combinado de simular uma imagem que não existe). Dois
# > critérios só podem ser julgados com tráfego; sem ele, a verificação diz “não se aplica aqui” e os pontos da tarefa
# > ficam nos outros.
#
# A imagem `localhost/lab/web` é do curso: um servidor que responde o nome do seu Pod e a sua versão, na porta 8080.
# `localhost/` quer dizer que ela não vem de um registro: já está no nó.

# %% [markdown] lang="en"
# # 04 · Deployments: desired state, self-healing and updates without downtime
#
# **Time:** 60 to 90 minutes · **Before it:** `02-pods` · **7 tasks, 28 points**, and one reflection question (4 points)
#
# A supercomputer does not live by jobs alone. Around the queue there are services that nobody may let fall: the portal
# where people submit simulations, the viewer of results, the licence server of the commercial solver, the data gateway,
# the notifier that says that a job has ended. Today all five are in your care.
#
# By the end you will be able to:
#
# 1. declare a desired state, and explain who works to make it true;
# 2. follow the chain Deployment → ReplicaSet → Pod, and take a Pod out of it;
# 3. grow without letting the manifest and the cluster say different things;
# 4. change the version of a service under a promise of availability that **you** work out and the check **measures**;
# 5. recognise a release that is stuck, go back, and leave the reason on record;
# 6. say when a Deployment is the wrong tool.
#
# > **What is simulated here, and what is not.** The API server, etcd, the scheduler and the controllers are always the
# > real ones. With the provider `kind` the containers are real too: each Pod runs our small web server, and the check
# > sends it requests and counts those that fail. With the provider `embedded` the nodes and the containers are simulated
# > (KWOK): a Pod becomes `Ready` a moment after it is scheduled, and no program runs; there are no logs, no `exec` and no
# > traffic, and no image is pulled (the tag `does-not-exist` is the agreed way to simulate an image that is not there).
# > Two criteria can be judged by traffic alone; without it the check says “not applicable here”, and the task's points
# > stay with the others.
#
# The image `localhost/lab/web` is the course's own: a server that answers with its Pod's name and its version, on port
# 8080. `localhost/` means that it comes from no registry: it is on the node already.

# %%
# %load_ext labkit
from labkit import start
lab = start("04-deployments")
check, cluster_view, rehearse = lab.check, lab.cluster_view, lab.rehearse

# %% [markdown] lang="pt-BR"
# Os valores acima são **seus**: as tarefas se referem a eles como `${replicas}`, `${team}`, e assim por diante. Numa
# célula `%%kube` você pode escrever o número ou o próprio `${replicas}`; a célula troca um pelo outro.
#
# Deixe esta vista por perto. Ela acompanha o cluster sozinha: execute uma célula e olhe o que se move.

# %% [markdown] lang="en"
# The values above are **yours**: the tasks refer to them as `${replicas}`, `${team}`, and so on. In a `%%kube` cell you
# may write the number, or `${replicas}` itself; the cell puts one in place of the other.
#
# Keep this view at hand. It follows the cluster by itself: run a cell and watch what moves.

# %%
cluster_view()

# %% [markdown] lang="pt-BR"
# ## 1 · Estado desejado (10 min)
#
# Há dois modos de pedir algo a um computador. **Imperativo**: “crie três Pods”. **Declarativo**: “quero que existam três
# Pods”. A primeira frase vale por um instante; se amanhã um nó queimar, ninguém se lembra dela. A segunda é guardada
# (no etcd), e alguém passa a vida a compará-la com o que existe:
#
# ```text
#            ┌───────────── laço de controle: para sempre ─────────────┐
#            │                                                         │
#   spec: o que você quer ──►  comparar  ──►  agir sobre a diferença ──┘
#                                 ▲
#   status: o que existe ─────────┘            3 desejados − 2 existentes = criar 1
# ```
#
# É o mesmo princípio de um termostato. Você não manda “ligar o aquecedor por 7 minutos”; você gira até 21 °C e vai
# embora. Note o que isso traz de graça: não importa *por que* falta um Pod (nó morto, engano humano, manutenção), a
# reação é a mesma. O controlador não precisa conhecer as causas; basta a diferença.
#
# Num Deployment a frase declarada tem quatro partes:
#
# ```yaml
# apiVersion: apps/v1
# kind: Deployment
# metadata:
#   name: hello                  # o nome do Deployment
# spec:
#   replicas: 2                  # 1. quantos
#   selector:
#     matchLabels: {app: hello}  # 2. como reconhecer os meus Pods (imutável: nunca mais muda)
#   template:                    # 3. a forma de onde saem os Pods
#     metadata:
#       labels: {app: hello}     #    os rótulos com que nascem: o seletor tem de alcançá-los
#     spec:
#       containers:
#         - name: web
#           image: localhost/lab/web:1
#   # strategy: ...              # 4. como trocar Pods velhos por novos: seção 5
# ```
#
# Três lugares falam de rótulos, e a confusão entre eles é o erro mais comum: `metadata.labels` é do próprio Deployment
# (facultativo), `template.metadata.labels` vai para os Pods, e `selector` é a pergunta que os reencontra. Como o seletor
# não pode mudar depois, nele só entra o que identifica a aplicação. Equipe, versão, centro de custo: esses mudam, e
# ficam apenas nos rótulos.

# %% [markdown] lang="en"
# ## 1 · Desired state (10 min)
#
# There are two ways to ask something of a computer. **Imperative**: “create three Pods”. **Declarative**: “I want three
# Pods to exist”. The first sentence holds for an instant; if a node burns tomorrow, nobody remembers it. The second one
# is kept (in etcd), and somebody spends a lifetime comparing it with what exists:
#
# ```text
#            ┌──────────────── control loop: for ever ────────────────┐
#            │                                                        │
#   spec: what you want ────►  compare  ──►  act on the difference ───┘
#                                 ▲
#   status: what exists ──────────┘            3 desired − 2 existing = create 1
# ```
#
# It is the principle of a thermostat. You do not order “heat for 7 minutes”; you turn it to 21 °C and walk away. See
# what comes for free: it does not matter *why* a Pod is missing (dead node, human slip, maintenance), the reaction is
# the same. The controller need not know causes; the difference is enough.
#
# In a Deployment the declared sentence has four parts:
#
# ```yaml
# apiVersion: apps/v1
# kind: Deployment
# metadata:
#   name: hello                  # the Deployment's name
# spec:
#   replicas: 2                  # 1. how many
#   selector:
#     matchLabels: {app: hello}  # 2. how to recognise my Pods (immutable: it never changes again)
#   template:                    # 3. the mould from which Pods come
#     metadata:
#       labels: {app: hello}     #    the labels they are born with: the selector must reach them
#     spec:
#       containers:
#         - name: web
#           image: localhost/lab/web:1
#   # strategy: ...              # 4. how to change old Pods for new ones: section 5
# ```
#
# Three places speak of labels, and mixing them up is the most common mistake: `metadata.labels` is the Deployment's own
# (optional), `template.metadata.labels` goes to the Pods, and `selector` is the question that finds them again. As the
# selector cannot change later, put into it only what identifies the application. Team, version, cost centre: those do
# change, and stay in the labels alone.

# %% [markdown] lang="pt-BR"
# ### Tarefa 1 · Declare o portal (3 pontos)
#
# Escreva o Deployment `portal`:
#
# - `${replicas}` réplicas;
# - o seletor é `app: portal`, e nada mais;
# - os Pods levam dois rótulos, `app: portal` e `team: ${team}` (a equipe que paga por eles);
# - um contêiner chamado `web`, com a imagem `localhost/lab/web:1`.

# %% [markdown] lang="en"
# ### Task 1 · Declare the portal (3 points)
#
# Write the Deployment `portal`:
#
# - `${replicas}` replicas;
# - the selector is `app: portal`, and nothing else;
# - the Pods carry two labels, `app: portal` and `team: ${team}` (the team that pays for them);
# - one container called `web`, with the image `localhost/lab/web:1`.

# %% [raw] kube="apply" solution="portal"
# # ### BEGIN SOLUTION
# apiVersion: apps/v1
# kind: Deployment
# metadata:
#   name: portal
# spec:
#   replicas: ${replicas}
#   selector:
#     matchLabels:
#       app: portal
#   template:
#     metadata:
#       labels:
#         app: portal
#         team: ${team}
#     spec:
#       containers:
#         - name: web
#           image: localhost/lab/web:1
# # ### END SOLUTION

# %% check="desired-state"

# %% [markdown] lang="pt-BR"
# ## 2 · Quem é dono de quem (10 min)
#
# O Deployment não cria Pods. Ele cria um **ReplicaSet**, e é este que conta Pods. A divisão de trabalho parece burocracia
# até a seção 5, quando duas versões precisarem existir ao mesmo tempo: um ReplicaSet para cada uma.
#
# ```text
#   Deployment portal                      qual versão, e como trocá-la
#     └── ReplicaSet portal-6d8f5c         quantos Pods desta versão
#           ├── Pod portal-6d8f5c-2xk9p
#           ├── Pod portal-6d8f5c-7hqtz    cada um aponta para o dono em metadata.ownerReferences
#           └── Pod portal-6d8f5c-vn4cd
# ```
#
# O trecho do meio (`6d8f5c`) é um hash do template, e vai também como rótulo `pod-template-hash` nos Pods e no seletor do
# ReplicaSet: assim as versões não se confundem. Procure-o nestas três listas.

# %% [markdown] lang="en"
# ## 2 · Who owns whom (10 min)
#
# The Deployment creates no Pods. It creates a **ReplicaSet**, and that one counts Pods. The division of work looks like
# bureaucracy until section 5, when two versions must exist at the same time: one ReplicaSet for each.
#
# ```text
#   Deployment portal                      which version, and how to change it
#     └── ReplicaSet portal-6d8f5c         how many Pods of this version
#           ├── Pod portal-6d8f5c-2xk9p
#           ├── Pod portal-6d8f5c-7hqtz    each one points to its owner in metadata.ownerReferences
#           └── Pod portal-6d8f5c-vn4cd
# ```
#
# The part in the middle (`6d8f5c`) is a hash of the template. It is also a label, `pod-template-hash`, on the Pods and in
# the ReplicaSet's selector, so that versions are never mixed up. Look for it in these three lists.

# %% tags=["nbval-ignore-output"]
# !kubectl rollout status deployment/portal --timeout=30s
# !kubectl get deployment portal
# !kubectl get replicasets -l app=portal --show-labels
# !kubectl get pods -l app=portal --show-labels

# %% [markdown] lang="pt-BR"
# O laço que ata um Pod ao ReplicaSet é só o rótulo, e isso é uma ferramenta. Suponha que **um** dos Pods do portal
# responda devagar e você queira examiná-lo. Se o apagar, perde a prova; se o deixar, ele continua atendendo gente.
# A saída clássica é a quarentena: **tire dele o rótulo que o seletor exige**. O ReplicaSet perde a conta, solta o Pod
# (apaga-se de `ownerReferences`) e cria outro. Um Service, que também escolhe por rótulo, deixaria de lhe mandar
# tráfego. O suspeito continua vivo, sozinho, à sua disposição.
#
# ### Tarefa 2 · Ponha um Pod de quarentena (3 pontos)
#
# Escolha um Pod do portal. Dê-lhe o rótulo `state=quarantine` e faça com que o ReplicaSet o solte.
# `kubectl label pod NOME chave=valor` põe um rótulo; `kubectl label pod NOME chave-` (com o sinal de menos) tira.
# Numa célula Python, o que vem depois de `!` vai para o terminal, e `{variável}` é substituída.

# %% [markdown] lang="en"
# All that ties a Pod to its ReplicaSet is a label, and that is a tool. Suppose that **one** of the portal's Pods answers
# slowly and you want to examine it. Delete it, and the evidence is gone; leave it, and it goes on serving people. The
# classic way out is quarantine: **take from it the label that the selector demands**. The ReplicaSet loses count of it,
# lets the Pod go (removes itself from `ownerReferences`) and creates another. A Service, which also chooses by label,
# would stop sending it traffic. The suspect stays alive, alone, at your disposal.
#
# ### Task 2 · Put one Pod into quarantine (3 points)
#
# Choose one Pod of the portal. Give it the label `state=quarantine`, and make the ReplicaSet let go of it.
# `kubectl label pod NAME key=value` sets a label; `kubectl label pod NAME key-` (with the minus sign) removes it.
# In a Python cell, what follows `!` goes to the terminal, and `{variable}` is filled in.

# %% solution="quarantine" tags=["nbval-ignore-output"]
### BEGIN SOLUTION
# pod = !kubectl get pods -l app=portal -o name
# !kubectl label {pod[0]} state=quarantine app-
### END SOLUTION

# %% check="ownership"

# %% [markdown] lang="pt-BR"
# Olhe a vista do cluster: há agora um Pod a mais do que `${replicas}`, e é você quem responde por ele. Um Pod sem dono
# não volta se cair, e também não some sozinho.

# %% [markdown] lang="en"
# Look at the view of the cluster: there is now one Pod more than `${replicas}`, and it is you who answers for it. A Pod
# without an owner does not come back when it falls, nor does it go away by itself.

# %% [markdown] lang="pt-BR"
# ## 3 · Crescer, sem deriva (10 min)
#
# Sexta-feira, véspera de congresso: todo mundo abre o visualizador de resultados ao mesmo tempo. O `viewer` abaixo foi
# declarado com duas réplicas. Execute as duas células e olhe a vista.

# %% [markdown] lang="en"
# ## 3 · Growing, without drift (10 min)
#
# Friday, the day before a conference: everybody opens the viewer of results at once. The `viewer` below was declared with
# two replicas. Run both cells and look at the view.

# %% [raw] kube="apply"
# apiVersion: apps/v1
# kind: Deployment
# metadata:
#   name: viewer
# spec:
#   replicas: 2
#   selector:
#     matchLabels:
#       app: viewer
#   template:
#     metadata:
#       labels:
#         app: viewer
#     spec:
#       containers:
#         - name: web
#           image: localhost/lab/web:1

# %% tags=["nbval-ignore-output"]
# !kubectl scale deployment/viewer --replicas=4
# !kubectl rollout status deployment/viewer --timeout=30s
# !kubectl get deployment viewer

# %% [markdown] lang="pt-BR"
# Funcionou, e há uma armadilha armada. O cluster diz 4; o manifesto, o arquivo que está no Git e que seus colegas leem,
# ainda diz 2. Isso se chama **deriva** (*drift*). Execute de novo a célula do manifesto, duas acima, como faria um colega
# na segunda-feira ao mudar outra coisa qualquer: o viewer cai para 2, sem aviso. `kubectl apply` guarda numa anotação o
# último manifesto aplicado, e com ele se vê a deriva:

# %% [markdown] lang="en"
# It worked, and it set a trap. The cluster says 4; the manifest, the file that is in Git and that your colleagues read,
# still says 2. This is called **drift**. Run the manifest's cell again, two above, as a colleague would on Monday to
# change some other thing: the viewer falls to 2, without a warning. `kubectl apply` keeps the last applied manifest in an
# annotation, and that makes drift visible:

# %%
# !kubectl get deployment viewer -o jsonpath='{.spec.replicas}{" replicas in the cluster\n"}'
# !kubectl apply view-last-applied deployment/viewer

# %% [markdown] lang="pt-BR"
# A regra: **o que deve durar se escreve no manifesto**; `kubectl scale` é para a emergência, e a emergência termina com
# uma linha corrigida no arquivo. (Há uma exceção honesta: quando quem manda no número é um HorizontalPodAutoscaler, tira-se
# `replicas` do manifesto, para que não haja dois donos do mesmo campo.)
#
# Note ainda o que *não* aconteceu: crescer não mudou o template, então não nasceu outro ReplicaSet. Escalar muda um
# número; atualizar muda a forma.
#
# ### Tarefa 3 · Cresça sem deriva (3 pontos)
#
# O `viewer` deve ter `${viewers}` réplicas prontas de `localhost/lab/web:1`, **e** o manifesto aplicado deve dizer o mesmo.

# %% [markdown] lang="en"
# The rule: **what should last is written in the manifest**; `kubectl scale` is for the emergency, and the emergency ends
# with a corrected line in the file. (There is one honest exception: when a HorizontalPodAutoscaler rules the number,
# `replicas` is taken out of the manifest, so that one field does not have two owners.)
#
# See also what did *not* happen: growing changed no template, so no other ReplicaSet was born. Scaling changes a number;
# updating changes the mould.
#
# ### Task 3 · Grow without drift (3 points)
#
# The `viewer` must have `${viewers}` ready replicas of `localhost/lab/web:1`, **and** the applied manifest must say the same.

# %% [raw] kube="apply" solution="viewer"
# # ### BEGIN SOLUTION
# apiVersion: apps/v1
# kind: Deployment
# metadata:
#   name: viewer
# spec:
#   replicas: ${viewers}
#   selector:
#     matchLabels:
#       app: viewer
#   template:
#     metadata:
#       labels:
#         app: viewer
#     spec:
#       containers:
#         - name: web
#           image: localhost/lab/web:1
# # ### END SOLUTION

# %% check="scaling"

# %% [markdown] lang="pt-BR"
# ## 4 · Autorrecuperação (10 min)
#
# O servidor de licenças entrega fichas (*tokens*) ao solver comercial. Alguém o pôs no ar às pressas, como Pod avulso:

# %% [markdown] lang="en"
# ## 4 · Self-healing (10 min)
#
# The licence server hands out tokens to the commercial solver. Somebody put it up in a hurry, as a bare Pod:

# %% [raw] kube="apply"
# apiVersion: v1
# kind: Pod
# metadata:
#   name: token-server
#   labels:
#     app: token-server
# spec:
#   containers:
#     - name: web
#       image: localhost/lab/web:1

# %% [markdown] lang="pt-BR"
# O que acontece quando esse Pod some? Pense antes de continuar: **nada**. Ninguém declarou que ele devia existir. O
# kubelet reinicia *contêineres* que morrem, mas só enquanto o Pod existe e o nó vive. Se o nó se perde, ou alguém apaga o
# Pod, não há a quem recorrer, e 300 jobs esperam por uma licença.
#
# Com um Deployment a história é outra:
#
# ```text
#   t = 0 s      o Pod some                          1 desejado, 0 existentes
#   em seguida   o ReplicaSet vê a diferença e cria  1 desejado, 1 existente (Pending)
#   logo depois  o escalonador escolhe um nó         ... → Running → Ready
# ```
#
# O Pod novo tem **outro nome, outro IP e outro disco efêmero**: ele substitui o velho, não o ressuscita. Por isso ninguém
# fala com Pods pelo nome, e sim por um Service; e o que não pode se perder fica num volume.
#
# Este serviço tem mais uma exigência: **dois servidores de licenças ao mesmo tempo entregam as mesmas fichas duas vezes**, e
# o contrato proíbe isso. A estratégia padrão do Deployment, `RollingUpdate`, cria o novo *antes* de retirar o velho. A
# outra estratégia, `Recreate`, para tudo e só então cria:
#
# ```text
#   RollingUpdate   velho ████████████████▏                Recreate   velho ██████████▏
#                   novo            ███████████████                   novo              ███████████
#                                   └─┬──┘                                       └──┬─┘
#                            dois ao mesmo tempo                          ninguém: uma pausa curta
# ```
#
# Não há estratégia certa em geral; há a que combina com a promessa. Aqui, uma pausa custa segundos, e dois ao mesmo
# tempo custam o contrato. (`Recreate` vale para atualizações. Se um nó para de responder, o Pod dele pode ainda estar
# vivo lá longe quando o substituto nasce; quem precisa de exclusão absoluta usa também uma trava, por exemplo um Lease.)
#
# ### Tarefa 4 · O servidor de licenças que volta sozinho (4 pontos)
#
# 1. Aposente o Pod avulso `token-server`.
# 2. Crie o Deployment `token-server`: 1 réplica, Pods com `app: token-server`, contêiner `web` com `localhost/lab/web:1`, e a
#    estratégia que nunca deixa dois no ar.
#
# A verificação **vai apagar o seu Pod** e depois provocar uma atualização, contando os Pods a cada mudança. Ela avisa
# antes, e no fim desfaz a mudança que fez.

# %% [markdown] lang="en"
# What happens when this Pod vanishes? Think before you read on: **nothing**. Nobody declared that it should exist. The
# kubelet restarts *containers* that die, but only while the Pod exists and the node lives. If the node is lost, or
# somebody deletes the Pod, there is no one to turn to, and 300 jobs wait for a licence.
#
# With a Deployment the story is another one:
#
# ```text
#   t = 0 s      the Pod vanishes                           1 desired, 0 existing
#   at once      the ReplicaSet sees the difference, acts   1 desired, 1 existing (Pending)
#   soon after   the scheduler chooses a node               ... → Running → Ready
# ```
#
# The new Pod has **another name, another IP and another scratch disk**: it replaces the old one, it does not raise it from
# the dead. That is why nobody speaks to Pods by name, but through a Service; and what must not be lost lives in a volume.
#
# This service has one more demand: **two licence servers at the same time hand out the same tokens twice**, and the
# contract forbids that. The Deployment's default strategy, `RollingUpdate`, creates the new one *before* it retires the
# old one. The other strategy, `Recreate`, stops everything and only then creates:
#
# ```text
#   RollingUpdate   old   ████████████████▏                Recreate   old   ██████████▏
#                   new             ███████████████                   new               ███████████
#                                   └─┬──┘                                       └──┬─┘
#                             two at the same time                         nobody: a short pause
# ```
#
# No strategy is right in general; there is the one that fits the promise. Here a pause costs seconds, and two at once
# cost the contract. (`Recreate` is about updates. When a node stops answering, its Pod may still be alive far away when
# the replacement is born; who needs absolute exclusion also uses a lock, a Lease for instance.)
#
# ### Task 4 · The licence server that comes back by itself (4 points)
#
# 1. Retire the bare Pod `token-server`.
# 2. Create the Deployment `token-server`: 1 replica, Pods with `app: token-server`, a container `web` with `localhost/lab/web:1`,
#    and the strategy that never leaves two of them up.
#
# The check **will delete your Pod** and then set off an update, counting the Pods at each change. It says so first, and
# in the end undoes the change that it made.

# %% solution="retire"
### BEGIN SOLUTION
# !kubectl delete pod token-server --ignore-not-found
### END SOLUTION

# %% [raw] kube="apply" solution="token-server"
# # ### BEGIN SOLUTION
# apiVersion: apps/v1
# kind: Deployment
# metadata:
#   name: token-server
# spec:
#   replicas: 1
#   strategy:
#     type: Recreate
#   selector:
#     matchLabels:
#       app: token-server
#   template:
#     metadata:
#       labels:
#         app: token-server
#     spec:
#       containers:
#         - name: web
#           image: localhost/lab/web:1
# # ### END SOLUTION

# %% check="self-healing"

# %% [markdown] lang="pt-BR"
# ## 5 · Trocar a versão sem parar (15 min)
#
# Mudar o template (a imagem, uma variável, uma anotação) faz nascer um segundo ReplicaSet. O Deployment então sobe o novo
# e desce o velho, passo a passo, entre dois limites que **você** escolhe:
#
# | campo | pergunta a que responde | padrão | porcentagem arredonda |
# |---|---|---|---|
# | `maxUnavailable` | quantos podem **faltar** em relação a `replicas`? | 25% | para baixo |
# | `maxSurge` | quantos podem existir **além** de `replicas`? | 25% | para cima |
#
# Com 4 réplicas, `maxUnavailable: 0` e `maxSurge: 1`:
#
# ```text
#   velhos (web:1) ■ ■ ■ ■    ■ ■ ■ ■    ■ ■ ■      ■ ■ ■      ■ ■        ...
#   novos  (web:2)            □          ■          ■ □        ■ ■        ...  ■ ■ ■ ■
#   prontos        4          4          4          4          4               4   ◄ nunca menos de 4
#   existem        4          5          4          5          4               4   ◄ nunca mais de 5
#
#   ■ pronto   □ nascendo
# ```
#
# Com 4 réplicas, `maxUnavailable: 1` e `maxSurge: 0`, o mesmo caminho ao contrário: primeiro desce um, depois sobe outro.
#
# ```text
#   velhos (web:1) ■ ■ ■ ■    ■ ■ ■      ■ ■ ■      ■ ■        ■ ■        ...
#   novos  (web:2)            □          ■          ■ □        ■ ■        ...  ■ ■ ■ ■
#   prontos        4          3          4          3          4               4   ◄ nunca menos de 3
#   existem        4          4          4          4          4               4   ◄ nunca mais de 4
# ```
#
# É sempre uma troca entre **capacidade perdida** e **lugares a mais**; por isso os dois não podem ser zero ao mesmo tempo (a
# API recusa), e limites maiores terminam mais depressa. (`maxSurge: 0` não é o mesmo que `Recreate`: um Pod que está
# terminando ainda roda, por até 30 segundos, enquanto o novo nasce. Para o servidor de licenças, não bastaria.) E repare na palavra que segura tudo: **pronto**. O passo seguinte
# só acontece quando o Pod novo fica `Ready`; sem uma `readinessProbe` honesta (laboratório 02), um Pod “pronto” que ainda
# não atende faz a atualização sem parada virar uma parada. Há também `minReadySeconds`: por quanto tempo o Pod novo precisa
# ficar pronto até contar como *disponível*.
#
# Este é o gateway de dados, na versão 1, com o Service por onde passam as suas requisições. Ele imita um programa que
# carrega dados antes de servir: com `--warmup 4s`, nos primeiros quatro segundos está vivo (`/healthz` responde 200), mas `/` e
# `/readyz` respondem 503.

# %% [markdown] lang="en"
# ## 5 · Changing the version without stopping (15 min)
#
# A change of the template (the image, a variable, an annotation) gives birth to a second ReplicaSet. The Deployment then
# raises the new one and lowers the old one, step by step, between two limits that **you** choose:
#
# | field | the question that it answers | default | a percentage rounds |
# |---|---|---|---|
# | `maxUnavailable` | how many may be **missing** from `replicas`? | 25% | down |
# | `maxSurge` | how many may exist **beyond** `replicas`? | 25% | up |
#
# With 4 replicas, `maxUnavailable: 0` and `maxSurge: 1`:
#
# ```text
#   old (web:1)    ■ ■ ■ ■    ■ ■ ■ ■    ■ ■ ■      ■ ■ ■      ■ ■        ...
#   new (web:2)               □          ■          ■ □        ■ ■        ...  ■ ■ ■ ■
#   ready          4          4          4          4          4               4   ◄ never fewer than 4
#   existing       4          5          4          5          4               4   ◄ never more than 5
#
#   ■ ready   □ coming up
# ```
#
# With 4 replicas, `maxUnavailable: 1` and `maxSurge: 0`, the same road the other way: first one goes, then one comes.
#
# ```text
#   old (web:1)    ■ ■ ■ ■    ■ ■ ■      ■ ■ ■      ■ ■        ■ ■        ...
#   new (web:2)               □          ■          ■ □        ■ ■        ...  ■ ■ ■ ■
#   ready          4          3          4          3          4               4   ◄ never fewer than 3
#   existing       4          4          4          4          4               4   ◄ never more than 4
# ```
#
# It is always a trade between **lost capacity** and **extra places**; that is why both cannot be zero at once (the API
# refuses), and wider limits finish sooner. (`maxSurge: 0` is not the same as `Recreate`: a Pod that is terminating still
# runs, for up to 30 seconds, while the new one is born. For the licence server it would not do.) And see the word that holds it all up: **ready**. The next step comes only when
# the new Pod is `Ready`; without an honest `readinessProbe` (lab 02), a “ready” Pod that does not serve yet turns the
# update without downtime into downtime. There is also `minReadySeconds`: how long the new Pod must stay ready before it
# counts as *available*.
#
# This is the data gateway, at version 1, with the Service through which its requests come. It imitates a program that
# loads data before it serves: with `--warmup 4s`, for the first four seconds it is alive (`/healthz` answers 200), but `/`
# and `/readyz` answer 503.

# %% [raw] kube="apply"
# apiVersion: v1
# kind: Service
# metadata:
#   name: gateway
# spec:
#   selector:
#     app: gateway
#   ports:
#     - {port: 80, targetPort: 8080}
# ---
# apiVersion: apps/v1
# kind: Deployment
# metadata:
#   name: gateway
# spec:
#   replicas: ${gateways}
#   selector:
#     matchLabels:
#       app: gateway
#   template:
#     metadata:
#       labels:
#         app: gateway
#     spec:
#       containers:
#         - name: web
#           image: localhost/lab/web:1
#           args: ["--warmup", "4s", "--drain", "12s"]

# %% tags=["nbval-ignore-output"]
# !kubectl rollout status deployment/gateway --timeout=30s
# !kubectl get deployment gateway -o jsonpath='{.spec.strategy}{"\n"}'

# %% [markdown] lang="pt-BR"
# A última linha mostra o que o servidor de API preencheu por você: 25% e 25%. Calcule o que isso dá com `${gateways}` réplicas.
# Bastaria para a promessa abaixo?
#
# ### Tarefa 5 · Atualize sem parar (6 pontos)
#
# O gateway promete aos usuários: **durante uma atualização, nunca menos de `${gateways}` Pods prontos**, e **nenhuma
# requisição perdida**. E a cota do projeto só permite **`${spare}` Pods além** disso. Leve o gateway a
# `localhost/lab/web:2` (mantenha os `args`):
#
# - com uma estratégia que cumpra a promessa e a cota;
# - com uma `readinessProbe` do tipo `httpGet` na porta 8080, que só chame de pronto quem de fato já atende. Em que
#   caminho se pergunta isso? Com `periodSeconds: 1` a atualização não demora.
#
# Para julgar, a verificação provoca uma atualização (muda uma anotação do template), observa **cada** mudança até o fim,
# conta, e desfaz o que fez. Olhe a vista do cluster enquanto isso: é uma atualização de verdade.
#
# > **Só com `kind`:** durante essa atualização ela manda 30 requisições por segundo pelo Service e conta as que falham. No
# > `embedded` ninguém atende, e a qualidade da sua probe não pode ser julgada.
#
# O outro lado da troca também conta: um Pod que recebe a ordem de terminar ainda está, por um instante, na lista do
# Service. O nosso servidor continua atendendo por doze segundos depois do SIGTERM (`--drain 12s`) e só então fecha a porta.
# A um programa que não faz isso ajuda `lifecycle: {preStop: {sleep: {seconds: 12}}}`. Quanto é preciso? O tempo que leva até
# que todo nó saiba da mudança: em geral muito menos de um segundo, numa máquina sobrecarregada vários.

# %% [markdown] lang="en"
# The last line shows what the API server filled in for you: 25% and 25%. Work out what that gives with `${gateways}`
# replicas. Would it be enough for the promise below?
#
# ### Task 5 · Update without stopping (6 points)
#
# The gateway promises its users: **during an update, never fewer than `${gateways}` ready Pods**, and **no request lost**.
# And the project's quota allows only **`${spare}` Pods beyond** that. Take the gateway to `localhost/lab/web:2` (keep
# the `args`):
#
# - with a strategy that keeps the promise and the quota;
# - with a `readinessProbe` of the kind `httpGet` on port 8080, which calls ready only who really serves. At which path does
#   one ask that? With `periodSeconds: 1` the update does not take long.
#
# To judge it, the check sets off an update (it changes an annotation of the template), watches **every** change until
# the end, counts, and undoes what it did. Watch the view of the cluster meanwhile: it is a real update.
#
# > **With `kind` only:** during this update it sends 30 requests a second through the Service and counts those that
# > fail. With `embedded` nobody serves, and the quality of your probe cannot be judged.
#
# The other side of the change counts too: a Pod that is told to end is, for an instant, still on the Service's list. Our
# server goes on serving for twelve seconds after SIGTERM (`--drain 12s`) and only then closes its port. For a program that
# does not, `lifecycle: {preStop: {sleep: {seconds: 12}}}` helps. How much is needed? As long as it takes until every node
# has heard of the change: usually far less than a second, on an overloaded machine several.

# %% [raw] kube="apply" solution="gateway"
# # ### BEGIN SOLUTION
# apiVersion: apps/v1
# kind: Deployment
# metadata:
#   name: gateway
# spec:
#   replicas: ${gateways}
#   strategy:
#     type: RollingUpdate
#     rollingUpdate:
#       maxUnavailable: 0
#       maxSurge: ${spare}
#   selector:
#     matchLabels:
#       app: gateway
#   template:
#     metadata:
#       labels:
#         app: gateway
#     spec:
#       containers:
#         - name: web
#           image: localhost/lab/web:2
#           args: ["--warmup", "4s", "--drain", "12s"]
#           readinessProbe:
#             httpGet: {path: /readyz, port: 8080}
#             periodSeconds: 1
# # ### END SOLUTION

# %% check="rolling-update"

# %% [markdown] lang="pt-BR"
# **Experimente (com `kind`):** meça você mesmo. Numa célula nova, ponha um gerador de carga no cluster, atualize e leia o
# que ele contou: `sent` e `failed` ao todo, e em `by_version` quantas respostas vieram de cada versão.
#
# ```text
# !kubectl run load --image=localhost/lab/load:1 --restart=Never -- --url http://gateway/ --rate 50 --duration 30s
# !kubectl set image deployment/gateway web=localhost/lab/web:1
# !kubectl wait pod/load --for=jsonpath='{.status.phase}'=Succeeded --timeout=60s
# !kubectl logs load
# ```
#
# Depois volte (`!kubectl rollout undo deployment/gateway`, `!kubectl delete pod load`), troque `/readyz` por `/healthz` na
# probe e repita. O que mudou em `failed`? E o que mudou no que `kubectl rollout status` diz? (Nada: para o Deployment,
# pronto é o que a probe chama de pronto.)

# %% [markdown] lang="en"
# **Try it (with `kind`):** measure it yourself. In a new cell, put a load generator into the cluster, update, and read what
# it counted: `sent` and `failed` in all, and in `by_version` how many answers came from each version.
#
# ```text
# !kubectl run load --image=localhost/lab/load:1 --restart=Never -- --url http://gateway/ --rate 50 --duration 30s
# !kubectl set image deployment/gateway web=localhost/lab/web:1
# !kubectl wait pod/load --for=jsonpath='{.status.phase}'=Succeeded --timeout=60s
# !kubectl logs load
# ```
#
# Then go back (`!kubectl rollout undo deployment/gateway`, `!kubectl delete pod load`), change `/readyz` to `/healthz` in the
# probe, and repeat. What changed in `failed`? And what changed in what `kubectl rollout status` says? (Nothing: to the
# Deployment, ready is what the probe calls ready.)

# %% [markdown] lang="pt-BR"
# ## 6 · A versão que empaca, e o caminho de volta (15 min)
#
# São 23h50. O chamado `HPC-${ticket}` pede a imagem nova do viewer, e alguém digita a tag de memória. A tag não existe.
#
# O Deployment começa a trocar os Pods como sempre: desce alguns velhos, até onde `maxUnavailable` deixa, e sobe alguns novos.
# Os novos não conseguem a imagem (`ErrImagePull`, depois `ImagePullBackOff`: tentar de novo, com esperas cada vez maiores; no
# `embedded`, a recusa é simulada, e o que vem dela não).
# Como não ficam prontos, **o passo seguinte nunca vem**. A atualização empaca; os velhos que restam continuam servindo:
#
# ```text
#   velhos (boa)    ■ ■ ■ ■ ■ ■ ■ ■    ■ ■ ■ ■ ■ ■  ─────────────► e assim fica
#   novos  (ruim)                      ✗ ✗ ✗ ✗      ─────────────► ImagePullBackOff
# ```
#
# Repare no que protegeu os usuários: não foi sorte, foi o limite. A mesma conta da seção 5 diz **quantos** velhos sobram.
#
# ### Tarefa 6 · Volte atrás (4 pontos)
#
# **Primeiro, preveja.** O `viewer` tem `${viewers}` réplicas e não declara estratégia, então valem os 25% do padrão. Quantos
# Pods velhos continuarão prontos? Ponha o número em `old_pods`, *antes* de olhar; a célula guarda-o num ConfigMap.

# %% [markdown] lang="en"
# ## 6 · The release that gets stuck, and the way back (15 min)
#
# It is ten to midnight. Ticket `HPC-${ticket}` asks for the viewer's new image, and somebody types the tag from memory.
# The tag does not exist.
#
# The Deployment starts to change Pods as ever: it lowers some old ones, as far as `maxUnavailable` lets it, and raises some
# new ones. The new ones cannot get their image (`ErrImagePull`, then `ImagePullBackOff`: try again, with longer and longer
# waits; with `embedded` the refusal is simulated, and what follows from it is not). As they do not become ready, **the next step never comes**. The update is stuck; the old ones that are left go on
# serving:
#
# ```text
#   old (good)      ■ ■ ■ ■ ■ ■ ■ ■    ■ ■ ■ ■ ■ ■  ─────────────► and so it stays
#   new (bad)                          ✗ ✗ ✗ ✗      ─────────────► ImagePullBackOff
# ```
#
# See what protected the users: it was not luck, it was the limit. The sum of section 5 says **how many** old ones are left.
#
# ### Task 6 · Go back (4 points)
#
# **First, predict.** The `viewer` has `${viewers}` replicas and declares no strategy, so the default 25% holds. How many old
# Pods will stay ready? Put the number into `old_pods` *before* you look; the cell keeps it in a ConfigMap.

# %% solution="prediction"
old_pods = 0
### BEGIN SOLUTION
old_pods = lab.values["viewers"] - lab.values["viewers"] // 4
### END SOLUTION
# !kubectl create configmap prediction --from-literal=old-pods={old_pods} --dry-run=client -o yaml | kubectl apply -f -

# %% [markdown] lang="pt-BR"
# **Agora, quebre.** Troque a imagem do contêiner `web` do viewer por `localhost/lab/web:does-not-exist`, do jeito apressado
# (`kubectl set image deployment/viewer web=IMAGEM`), e registre o porquê na anotação que o histórico mostra:
# `kubectl annotate deployment/viewer kubernetes.io/change-cause="HPC-${ticket}: ..." --overwrite` (com o número do seu
# chamado; numa linha com `!`, o Python preenche `{lab.values['ticket']}`).

# %% [markdown] lang="en"
# **Now break it.** Change the image of the viewer's container `web` to `localhost/lab/web:does-not-exist`, the hurried way
# (`kubectl set image deployment/viewer web=IMAGE`), and record the reason in the annotation that the history shows:
# `kubectl annotate deployment/viewer kubernetes.io/change-cause="HPC-${ticket}: ..." --overwrite` (with the number of your
# ticket; in a line with `!`, Python fills in `{lab.values['ticket']}`).

# %% solution="break"
### BEGIN SOLUTION
ticket = lab.values["ticket"]
# !kubectl set image deployment/viewer web=localhost/lab/web:does-not-exist
# !kubectl annotate deployment/viewer kubernetes.io/change-cause="HPC-{ticket}: new image" --overwrite
### END SOLUTION

# %% [markdown] lang="pt-BR"
# Examine como quem acaba de ser chamado. `rollout status` espera e desiste; a lista de ReplicaSets diz quantos ficaram de
# cada lado; a de Pods diz o motivo. Sua previsão se confirmou?

# %% [markdown] lang="en"
# Examine it as the person on call would. `rollout status` waits and gives up; the list of ReplicaSets says how many are
# left on each side; the list of Pods says why. Did your prediction come true?

# %% tags=["nbval-ignore-output"]
# !kubectl rollout status deployment/viewer --timeout=4s
# !kubectl get replicasets -l app=viewer -o wide
# !kubectl get pods -l app=viewer
# !kubectl rollout history deployment/viewer

# %% [markdown] lang="pt-BR"
# **Por fim, volte.** Cada versão é um ReplicaSet guardado com 0 Pods; voltar é pôr em uso o template de uma versão
# anterior. `kubectl rollout undo` volta à anterior; `--to-revision=N` escolhe. Nada é reconstruído, nenhuma imagem nova é
# necessária: por isso é rápido, e por isso não se apagam ReplicaSets antigos (`revisionHistoryLimit` guarda dez).
#
# O que o rollback **não** desfaz: dados. Se a versão nova migrou um banco, o template velho volta, o banco não.

# %% [markdown] lang="en"
# **At last, go back.** Each version is a ReplicaSet kept with 0 Pods; to go back is to put an earlier version's template to
# use again. `kubectl rollout undo` goes to the previous one; `--to-revision=N` chooses. Nothing is rebuilt, no new image is
# needed: that is why it is quick, and why old ReplicaSets are not deleted (`revisionHistoryLimit` keeps ten).
#
# What a rollback does **not** undo: data. If the new version migrated a database, the old template comes back; the database
# does not.

# %% solution="undo" tags=["nbval-ignore-output"]
### BEGIN SOLUTION
# !kubectl rollout undo deployment/viewer
# !kubectl rollout status deployment/viewer --timeout=30s
### END SOLUTION

# %% check="rollback"

# %% tags=["nbval-ignore-output"]
# !kubectl rollout history deployment/viewer
# !kubectl get replicasets -l app=viewer -o wide

# %% [markdown] lang="pt-BR"
# Procure a revisão 1 no histórico: ela sumiu, e há um número novo no fim. Voltar é **andar para a frente** até um template
# antigo; o mesmo ReplicaSet recebe o número seguinte. E leia o aviso que `undo` mostrou: é a deriva
# da seção 3. O rollback muda o cluster, não o manifesto; se a tag errada tivesse vindo de um arquivo, o próximo `apply` a
# traria de volta. Depois de um rollback, corrija o arquivo.
#
# ## 7 · O contrato completo (10 min)
#
# Depois do incidente, a reunião. Duas lições ficaram:
#
# - O Deployment sabia que estava empacado e não contou a ninguém: o prazo padrão, `progressDeadlineSeconds: 600`, são dez
#   minutos. Passado o prazo, a condição `Progressing` vira `False`, com a razão `ProgressDeadlineExceeded`; é ela que um
#   alarme observa. **O Deployment não volta sozinho**: ele avisa, e a decisão é de alguém (ou de uma ferramenta de entrega).
# - Nem todo serviço tem lugares de sobra. O notificador roda numa partição lotada: lá não cabe **nenhum** Pod a mais.
#
# ### Tarefa 7 · O contrato completo (5 pontos)
#
# Numa página em branco, escreva o Service `notifier` (porta 80, para a 8080 dos Pods `app: notifier`) e o Deployment
# `notifier`:
#
# - `${bells}` réplicas de `localhost/lab/web:2`, contêiner `web`, Pods com `app: notifier`;
# - numa atualização, boa ou ruim: **nenhum Pod além de `${bells}`**, e **no máximo um a menos** servindo;
# - empacado, ele se declara fracassado **em até 10 segundos**. (Aqui os Pods ficam prontos em um ou dois segundos. Em
#   produção o prazo se mede pelo Pod mais lento a ficar pronto, com folga: minutos.)
#
# A verificação lança uma imagem que não existe, conta, espera pelo alarme e desfaz o que fez. Com `kind`, ela também manda
# requisições pelo Service enquanto a versão ruim está empacada: nenhuma pode falhar.

# %% [markdown] lang="en"
# Look for revision 1 in the history: it is gone, and there is a new number at the end. To go back is to **go forward** to
# an old template; the same ReplicaSet receives the next number. And read the warning that `undo` printed: it is
# the drift of section 3. The rollback changes the cluster, not the manifest; had the wrong tag come from a file, the next
# `apply` would bring it back. After a rollback, mend the file.
#
# ## 7 · The whole contract (10 min)
#
# After the incident, the meeting. Two lessons were left:
#
# - The Deployment knew that it was stuck and told nobody: the default deadline, `progressDeadlineSeconds: 600`, is ten
#   minutes. After the deadline the condition `Progressing` becomes `False`, with the reason `ProgressDeadlineExceeded`; that
#   is what an alarm watches. **The Deployment does not go back by itself**: it tells, and the decision is somebody's (or a
#   delivery tool's).
# - Not every service has room to spare. The notifier runs in a full partition: **no** extra Pod fits there.
#
# ### Task 7 · The whole contract (5 points)
#
# On a blank page, write the Service `notifier` (port 80, to 8080 of the Pods `app: notifier`) and the Deployment
# `notifier`:
#
# - `${bells}` replicas of `localhost/lab/web:2`, container `web`, Pods with `app: notifier`;
# - in an update, good or bad: **no Pod beyond `${bells}`**, and **at most one fewer** serving;
# - when stuck, it declares itself failed **within 10 seconds**. (Here the Pods are ready in a second or two. In production
#   the deadline is measured by the slowest Pod to become ready, with slack: minutes.)
#
# The check releases an image that does not exist, counts, waits for the alarm, and undoes what it did. With `kind` it also
# sends requests through the Service while the bad release is stuck: none may fail.

# %% [raw] kube="apply" solution="notifier"
# # ### BEGIN SOLUTION
# apiVersion: v1
# kind: Service
# metadata:
#   name: notifier
# spec:
#   selector:
#     app: notifier
#   ports:
#     - port: 80
#       targetPort: 8080
# ---
# apiVersion: apps/v1
# kind: Deployment
# metadata:
#   name: notifier
# spec:
#   replicas: ${bells}
#   progressDeadlineSeconds: 8
#   strategy:
#     type: RollingUpdate
#     rollingUpdate:
#       maxSurge: 0
#       maxUnavailable: 1
#   selector:
#     matchLabels:
#       app: notifier
#   template:
#     metadata:
#       labels:
#         app: notifier
#     spec:
#       containers:
#         - name: web
#           image: localhost/lab/web:2
# # ### END SOLUTION

# %% check="contract"

# %% [markdown] lang="pt-BR"
# ## 8 · Quando um Deployment é a ferramenta errada (10 min)
#
# Um Deployment promete que algo **nunca termina**. Um job de HPC promete o contrário. Por isso a API recusa, num
# Deployment, qualquer `restartPolicy` que não seja `Always`: veja a resposta dela (a recusa é esperada).

# %% [markdown] lang="en"
# ## 8 · When a Deployment is the wrong tool (10 min)
#
# A Deployment promises that something **never ends**. An HPC job promises the opposite. That is why the API refuses, in a
# Deployment, any `restartPolicy` but `Always`: see its answer (the refusal is expected).

# %%
simulation = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: simulation}
spec:
  selector: {matchLabels: {app: simulation}}
  template:
    metadata: {labels: {app: simulation}}
    spec:
      restartPolicy: OnFailure
      containers: [{name: md, image: "localhost/lab/md:1"}]
"""
# !echo '{simulation}' | kubectl apply --dry-run=server -f -

# %% [markdown] lang="pt-BR"
# Uma simulação que termina com sucesso dentro de um Deployment recomeça do zero, para sempre; e “em atualização” não quer
# dizer nada para 64 processos MPI que precisam começar juntos.
#
# | carga de trabalho | ferramenta | porque |
# |---|---|---|
# | portal, gateway, visualizador | **Deployment** | não termina; as réplicas são iguais e trocáveis |
# | banco de dados, um disco por réplica | StatefulSet | cada réplica tem nome e volume próprios |
# | um agente em cada nó (métricas, montagem do Lustre) | DaemonSet | um por nó, não “n” ao todo |
# | 500 simulações com sementes diferentes | Job (indexado) | cada uma termina uma vez, e conta-se o sucesso |
# | MPI com 64 processos | Job com escalonamento em grupo (Volcano), ou Slurm | todos juntos ou nenhum |
#
# E o que ganha quem **opera** o cluster? Tudo o que está num Deployment pode ser movido sem pedir licença a ninguém. Para
# atualizar o kernel de um nó, *drena-se* o nó: nenhum Pod novo entra, os que estão lá são despejados, e os controladores os
# recriam em outro lugar. O que falta é um freio, para que duas drenagens não levem o portal inteiro: o
# **PodDisruptionBudget** (PDB). Ele não impede que um nó queime (interrupção involuntária), mas recusa um despejo
# voluntário que deixaria menos Pods do que o combinado. Experimente, sem valer nota: o orçamento abaixo não deixa faltar
# nenhum Pod do portal, e em seguida pedimos um despejo, como faz `kubectl drain`.

# %% [markdown] lang="en"
# A simulation that ends well inside a Deployment starts again from zero, for ever; and “updating” means nothing to 64 MPI
# processes that must start together.
#
# | workload | tool | because |
# |---|---|---|
# | portal, gateway, viewer | **Deployment** | never ends; the replicas are alike and interchangeable |
# | a database, one disk a replica | StatefulSet | each replica has its own name and volume |
# | an agent on each node (metrics, the Lustre mount) | DaemonSet | one a node, not “n” in all |
# | 500 simulations with different seeds | Job (indexed) | each one ends once, and successes are counted |
# | MPI with 64 processes | Job with gang scheduling (Volcano), or Slurm | all together or none |
#
# And what does the person who **operates** the cluster gain? All that is in a Deployment can be moved without asking anyone.
# To update a node's kernel, the node is *drained*: no new Pod enters, those that are there are evicted, and the controllers
# recreate them elsewhere. What is missing is a brake, so that two drains do not take the whole portal: the
# **PodDisruptionBudget** (PDB). It does not keep a node from burning (an involuntary disruption), but it refuses a voluntary
# eviction that would leave fewer Pods than agreed. Try it, for no points: the budget below allows no Pod of the portal to be
# missing, and then we ask for an eviction, as `kubectl drain` does.

# %% [raw] kube="apply"
# apiVersion: policy/v1
# kind: PodDisruptionBudget
# metadata:
#   name: portal
# spec:
#   minAvailable: 100%
#   selector:
#     matchLabels:
#       app: portal

# %% tags=["nbval-ignore-output"]
# !kubectl wait pdb/portal --for=jsonpath='{.status.observedGeneration}' --timeout=10s
# names = !kubectl get pods -l app=portal -o name
pod = names[0].removeprefix("pod/") if names else "no-pod-of-the-portal"
eviction = '{"apiVersion": "policy/v1", "kind": "Eviction", "metadata": {"name": "' + pod + '"}}'
# !echo '{eviction}' | kubectl create --raw /api/v1/namespaces/lab-04-deployments/pods/{pod}/eviction -f - 2>&1

# %% [markdown] lang="pt-BR"
# `Cannot evict pod as it would violate the pod's disruption budget`: quem drena espera e tenta de novo. Um orçamento de
# 100% é uma má ideia em produção: o nó nunca seria drenado. O usual é deixar faltar um. Por isso o retiramos:

# %% [markdown] lang="en"
# `Cannot evict pod as it would violate the pod's disruption budget`: who drains waits and tries again. A budget of 100% is
# a bad idea in production: the node would never be drained. The usual one lets one be missing. So we take it away again:

# %%
# !kubectl delete poddisruptionbudget portal

# %% [markdown] reflect="right-tool" points=4 lang="pt-BR"
# ### Reflexão (4 pontos, corrigida por uma pessoa)
#
# Um grupo do seu centro quer levar para Kubernetes quatro coisas: **(a)** uma API que recebe submissões o dia todo;
# **(b)** 500 simulações de dinâmica molecular, uma por semente, de 40 minutos cada; **(c)** um solver MPI de 64 processos
# sobre InfiniBand; **(d)** um servidor de licenças do qual só pode haver um. Eles propõem quatro Deployments.
#
# Em 10 a 15 linhas: para quais um Deployment serve, para quais não, e **o que daria errado, concretamente**, nos casos em que
# não serve? Em um dos casos em que serve, que estratégia e que limites você escolheria, e que promessa eles cumprem? Por
# fim, o que quem opera o cluster ganha com os Deployments no dia em que precisa reiniciar todos os nós?
#
# ### BEGIN SOLUTION
# **Resposta-modelo.** (a) Deployment: não termina, réplicas iguais; `RollingUpdate` com `maxUnavailable: 0` e `maxSurge: 1`
# (ou mais, se houver lugar) promete capacidade inteira durante a troca, desde que a `readinessProbe` seja honesta. (b) Não:
# um Deployment só aceita `restartPolicy: Always`, então cada simulação que termina recomeça, gasta horas de CPU e nunca é
# dada por concluída; nada liga a réplica nº 17 à semente 17, e reduzir `replicas` mata uma qualquer. Job indexado
# (`completions: 500`, `parallelism` conforme a cota, semente = índice), ou um job array no Slurm. (c) Não: os 64 processos
# precisam começar juntos e perto uns dos outros; o escalonador põe um Pod por vez, e dois solvers pela metade podem bloquear
# um ao outro; e se um Pod cai, o substituto entra num MPI que já morreu. Job com escalonamento em grupo (Volcano) e
# posicionamento por topologia, ou Slurm. (d) Deployment com `replicas: 1` e `strategy: Recreate` (recupera-se sozinho, e uma
# atualização nunca põe dois no ar, à custa de uma pausa); se um nó se isola da rede pode haver dois por um tempo, e quem
# não tolera isso usa uma trava (Lease) ou um StatefulSet. Operação: drena nó a nó; os controladores recriam os Pods em outros
# nós; um PodDisruptionBudget limita quantos faltam ao mesmo tempo; ninguém precisa ser avisado nem reiniciar nada à mão.
#
# **Rubrica.** 1 ponto: classifica os quatro casos e dá a (b) e (c) uma ferramenta adequada. 1 ponto: diz concretamente o que
# dá errado em (b) **e** em (c) (reinício sem fim / sem conclusão; começo parcial / impasse). 1 ponto: uma estratégia com
# limites e a promessa que dela decorre, coerentes entre si (em (a) ou (d)). 1 ponto: o ganho da operação, com drenagem e
# recriação, e o freio do PDB ou equivalente. Meio ponto quando a ideia aparece sem a razão.
# ### END SOLUTION

# %% [markdown] reflect="right-tool" points=4 lang="en"
# ### Reflection (4 points, graded by a person)
#
# A group at your centre wants to bring four things to Kubernetes: **(a)** an API that takes submissions all day long;
# **(b)** 500 molecular dynamics simulations, one a seed, 40 minutes each; **(c)** an MPI solver with 64 processes over
# InfiniBand; **(d)** a licence server of which there may be only one. They propose four Deployments.
#
# In 10 to 15 lines: for which ones does a Deployment serve, for which not, and **what would go wrong, concretely**, where it
# does not? In one of the cases where it serves, which strategy and limits would you choose, and which promise do they keep?
# Last, what does the person who operates the cluster gain from Deployments on the day when all nodes must be rebooted?
#
# ### BEGIN SOLUTION
# **Model answer.** (a) Deployment: never ends, replicas alike; `RollingUpdate` with `maxUnavailable: 0` and `maxSurge: 1` (or
# more, where there is room) promises full capacity during the change, provided that the `readinessProbe` is honest. (b) No: a
# Deployment accepts only `restartPolicy: Always`, so each simulation that ends starts again, burns CPU hours and is never
# counted as done; nothing ties replica no. 17 to seed 17, and lowering `replicas` kills any one of them. An indexed Job
# (`completions: 500`, `parallelism` as the quota allows, seed = index), or a job array in Slurm. (c) No: the 64 processes must
# start together and near each other; the scheduler places one Pod at a time, and two half-placed solvers can block each
# other; and when a Pod falls, its replacement joins an MPI world that is already dead. A Job with gang scheduling (Volcano) and
# topology-aware placement, or Slurm. (d) Deployment with `replicas: 1` and `strategy: Recreate` (it heals by itself, and an
# update never has two up, at the price of a pause); when a node is cut off from the network there may be two for a while, and
# who cannot bear that uses a lock (Lease) or a StatefulSet. Operation: drain node by node; the controllers recreate the Pods on
# other nodes; a PodDisruptionBudget bounds how many are missing at once; nobody need be warned or restart anything by hand.
#
# **Rubric.** 1 point: sorts the four cases, and gives (b) and (c) a fitting tool. 1 point: says concretely what goes wrong in
# (b) **and** in (c) (endless restarts / never done; partial start / deadlock). 1 point: a strategy with limits and the promise
# that follows from it, consistent with each other (in (a) or (d)). 1 point: the operator's gain, with draining and recreation,
# and the brake of a PDB or the like. Half a point where the idea is there without its reason.
# ### END SOLUTION

# %% [markdown] lang="pt-BR"
# ## O que fica
#
# - Declare o que quer; um laço de controle trabalha para que seja verdade, qualquer que seja a causa da diferença.
# - Deployment → ReplicaSet → Pod. O que os liga são rótulos, e por isso se pode soltar um Pod para examiná-lo.
# - O que deve durar está no manifesto. O resto é deriva.
# - `maxUnavailable` e `maxSurge` **são** a sua promessa de disponibilidade, e “pronto” é a palavra que a sustenta.
# - Uma versão ruim empaca em vez de derrubar; o histórico é o caminho de volta; o prazo é o alarme.
# - O que termina não é um Deployment.
#
# Antes de entregar, use *Ensaiar*: ele executa este caderno de cima a baixo num cluster vazio e mostra a nota que o corretor
# veria. O que se corrige é o caderno, não o que ficou no seu cluster.

# %% [markdown] lang="en"
# ## What remains
#
# - Declare what you want; a control loop works to make it true, whatever the cause of the difference.
# - Deployment → ReplicaSet → Pod. What ties them is labels, and so a Pod can be let go for examination.
# - What should last is in the manifest. The rest is drift.
# - `maxUnavailable` and `maxSurge` **are** your promise of availability, and “ready” is the word that holds it up.
# - A bad release gets stuck instead of tearing things down; the history is the way back; the deadline is the alarm.
# - What ends is not a Deployment.
#
# Before you hand in, use *Rehearse*: it runs this notebook from top to bottom on an empty cluster and shows the score that
# a grader would see. It is the notebook that is graded, not what was left on your cluster.

# %%
rehearse()
