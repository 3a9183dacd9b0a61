# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
# ---

# %% [markdown] lang="pt-BR"
# # 06 · GPUs: pedir, caber, dividir
#
# **Tempo:** 75 a 90 minutos · **Antes:** `02-pods` · **7 tarefas, 32 pontos**, mais uma pergunta de reflexão (4 pontos)
#
# Uma GPU de treinamento custa mais do que o nó em que está. Por isso quem administra um centro não pergunta "funciona?",
# e sim "quantas das GPUs que pagamos estão calculando agora?". Entre as que não estão há as que ninguém pediu e, pior,
# as que alguém pediu e **não pode ter**: estão livres, mas no nó errado, ou em pedaços.
#
# Ao final você saberá:
#
# 1. pedir GPUs como *recurso estendido*, entrar nos nós delas, e ler por que um Pod não entrou;
# 2. escolher o modelo por afinidade: o que serve, e o que se prefere;
# 3. explicar por que 8 GPUs livres podem não comportar um Pod de 8 GPUs, e desfazer a fragmentação;
# 4. medir, com o mesmo traço de trabalhos, o que muda entre espalhar e empacotar;
# 5. repartir um parque entre grupos com cotas;
# 6. pedir dispositivos pelo que **são**, dividi-los e uni-los, com *Dynamic Resource Allocation* (DRA).
#
# > **O que aqui é simulado.** As GPUs, os nós e os contêineres: nada é calculado, e nenhum *device plugin* ou driver roda.
# > São de verdade o servidor de API, os controladores e, sobretudo, o **escalonador**: cada decisão que você vai medir
# > (quem cabe, quem espera, que dispositivo vai para quem) é do kube-scheduler, como em produção. Onde seu cluster tem
# > também um nó real, os Pods deste laboratório vão só aos simulados.

# %% [markdown] lang="en"
# # 06 · GPUs: asking, fitting, sharing
#
# **Time:** 75 to 90 minutes · **Before it:** `02-pods` · **7 tasks, 32 points**, and one reflection question (4 points)
#
# A GPU for training costs more than the node that it is in. So whoever runs a centre does not ask "does it work?" but "how
# many of the GPUs that we paid for are computing now?". Among those that are not, there are those that nobody asked for
# and, worse, those that somebody asked for and **cannot have**: they are free, but on the wrong node, or in pieces.
#
# By the end you will be able to:
#
# 1. ask for GPUs as an *extended resource*, get onto their nodes, and read why a Pod did not;
# 2. choose the model by affinity: what will do, and what is preferred;
# 3. explain why 8 free GPUs may not hold a Pod of 8 GPUs, and undo the fragmentation;
# 4. measure, on one trace of jobs, what changes between spreading and packing;
# 5. share a pool among groups with quotas;
# 6. ask for devices by what they **are**, share them and join them, with *Dynamic Resource Allocation* (DRA).
#
# > **What is simulated here.** The GPUs, the nodes and the containers: nothing is computed, and no device plugin or driver
# > runs. Real are the API server, the controllers and, above all, the **scheduler**: each decision that you will measure
# > (who fits, who waits, which device goes to whom) is kube-scheduler's, as in production. Where your cluster has a real
# > node too, the Pods of this lab go to the simulated ones only.

# %%
# %load_ext labkit
from labkit import start

lab = start("06-gpu-scheduling")
check, cluster_view, rehearse = lab.check, lab.cluster_view, lab.rehearse

# %% [markdown] lang="pt-BR"
# Deixe a vista do cluster aberta ao lado (botão direito na saída, *Create New View for Cell Output*). Ao longo do
# laboratório, `lab.gpu_map(...)` mostra as GPUs uma a uma: `■` tomada por um Pod seu, `□` livre.

# %% [markdown] lang="en"
# Keep the view of the cluster open at your side (right-click the output, *Create New View for Cell Output*). Throughout
# the lab, `lab.gpu_map(...)` shows the GPUs one by one: `■` taken by a Pod of yours, `□` free.

# %% tags=["nbval-ignore-output"]
cluster_view()

# %% [markdown] lang="pt-BR"
# ## 1 · Um número com nome (10 min)
#
# O Kubernetes não sabe o que é uma GPU. Sabe o que é um **recurso estendido**: um nome, como `nvidia.com/gpu`, e um número
# inteiro que o nó anuncia. Quem o anuncia é um **device plugin**, um programa do fabricante que roda em cada nó:
#
# ```text
#  driver no nó ──► device plugin ──► kubelet ──► Node.status.allocatable   nvidia.com/gpu: "8"
#                   "tenho estas 8"     │                     │
#                                       │                     ▼  só o número
#                                       │               escalonador: 8 − pedidas ≥ pedido?
#                                       ▼
#                        contêiner com /dev/nvidia3     (qual delas: decide o kubelet, no nó)
# ```
#
# Três regras decorrem disso, e diferem das de CPU e memória:
#
# - o pedido é **inteiro** e **exclusivo**: meia GPU não existe, e uma GPU dada a um contêiner não é de mais ninguém;
# - escreve-se em `limits`; `requests`, se houver, tem de ser igual: GPUs não se prometem duas vezes;
# - o escalonador vê **quantas**, e não **quais**: o modelo, a memória e a ligação entre elas não estão no número. Por isso
#   os nós levam rótulos (aqui `gpu.model`; num cluster da NVIDIA, `nvidia.com/gpu.product`).
#
# O mesmo vale para TPUs e FPGAs: cada fabricante anuncia o seu nome (`google.com/tpu`, por exemplo), e o escalonador só conta.
#
# E para que trabalhos sem GPU não ocupem as CPUs dos nós caros, estes têm um **taint**, `nvidia.com/gpu=present:NoSchedule`.
# A tolerância abre a porta; quem empurra o Pod até lá é o pedido de GPUs (ou a afinidade).

# %% [markdown] lang="en"
# ## 1 · A number with a name (10 min)
#
# Kubernetes does not know what a GPU is. It knows what an **extended resource** is: a name, such as `nvidia.com/gpu`, and a
# whole number that the node announces. What announces it is a **device plugin**, a program of the maker that runs on each
# node:
#
# ```text
#  driver on the node ──► device plugin ──► kubelet ──► Node.status.allocatable   nvidia.com/gpu: "8"
#                         "I have these 8"    │                     │
#                                             │                     ▼  just the number
#                                             │               scheduler: 8 − asked for ≥ request?
#                                             ▼
#                              container with /dev/nvidia3     (which one: the kubelet decides, on the node)
# ```
#
# Three rules follow, unlike those of CPU and memory:
#
# - the request is **whole** and **exclusive**: there is no half GPU, and a GPU given to a container is nobody else's;
# - it is written under `limits`; `requests`, if there, must be equal: GPUs are not promised twice;
# - the scheduler sees **how many**, not **which**: model, memory and the links between them are not in the number. That is
#   why nodes carry labels (here `gpu.model`; on an NVIDIA cluster, `nvidia.com/gpu.product`).
#
# The same holds for TPUs and FPGAs: each maker announces a name of its own (`google.com/tpu`, for example), and the scheduler only counts.
#
# And so that work without GPUs does not fill the CPUs of expensive nodes, these have a **taint**,
# `nvidia.com/gpu=present:NoSchedule`. The toleration opens the door; what pushes the Pod there is the request of GPUs (or
# affinity).

# %%
# !kubectl get nodes -L gpu.model -o custom-columns='NODE:.metadata.name,MODEL:.metadata.labels.gpu\.model,NVIDIA:.status.allocatable.nvidia\.com/gpu,AMD:.status.allocatable.amd\.com/gpu,TAINTS:.spec.taints[*].key'

# %% [markdown] lang="pt-BR"
# ### Tarefa 1 · Um Pod que não entra (4 pontos)
#
# Uma equipe quer servir um modelo com `${gpus}` GPUs de um nó `${model}` (valores seus). Um colega escreveu o Pod abaixo,
# e ele espera. Execute e leia o evento: o escalonador conta **todos** os nós, agrupados por motivo.

# %% [markdown] lang="en"
# ### Task 1 · A Pod that does not get in (4 points)
#
# A team wants to serve a model with `${gpus}` GPUs of a `${model}` node (values of your own). A colleague wrote the Pod
# below, and it waits. Run it and read the event: the scheduler counts **all** nodes, grouped by reason.

# %% [raw] kube="apply"
# apiVersion: v1
# kind: Pod
# metadata: {name: infer}
# spec:
#   nodeSelector: {gpu.model: tesla}
#   containers:
#     - name: main
#       image: localhost/lab/toolbox:1
#       command: [sleep, "3600"]
#       resources: {limits: {nvidia.com/gpu: 16}}

# %%
# !kubectl wait --for=jsonpath='{.status.conditions[0].reason}'=Unschedulable pod/infer --timeout=10s
# !kubectl get pod infer -o jsonpath='{.status.conditions[0].message}'

# %% [markdown] lang="pt-BR"
# Há **três** defeitos, e o evento só mostra, de cada nó, o que falhou primeiro (os filtros são aplicados em ordem, e o nó
# sai da conta no primeiro que o recusa). Conserte o Pod `infer`:
#
# - que rode num nó de modelo `${model}`, com `${gpus}` GPUs no contêiner `main`;
# - que tolere o taint `nvidia.com/gpu`, e **só** ele: uma tolerância sem `key` abre também a porta do nó em manutenção.
#
# Um Pod criado quase não se altera: apague-o (a primeira linha abaixo) e aplique o novo.

# %% [markdown] lang="en"
# There are **three** faults, and of each node the event shows only what failed first (filters are applied in order, and a
# node is out at the first that refuses it). Mend the Pod `infer`:
#
# - let it run on a node of model `${model}`, with `${gpus}` GPUs in container `main`;
# - let it tolerate the taint `nvidia.com/gpu`, and **only** that: a toleration without `key` also opens the door of a node
#   under maintenance.
#
# Hardly anything of a Pod can be changed once it is made: delete it (the first line below) and apply the new one.

# %%
# !kubectl delete pod infer --ignore-not-found

# %% [raw] kube="apply" solution="write-infer"
# ### BEGIN SOLUTION
# apiVersion: v1
# kind: Pod
# metadata: {name: infer}
# spec:
#   nodeSelector: {gpu.model: "${model}"}
#   tolerations:
#     - {key: nvidia.com/gpu, operator: Exists, effect: NoSchedule}
#   containers:
#     - name: main
#       image: localhost/lab/toolbox:1
#       command: [sleep, "3600"]
#       resources: {limits: {nvidia.com/gpu: ${gpus}}}
# ### END SOLUTION

# %% check="first-gpu"

# %% [markdown] lang="pt-BR"
# ## 2 · O que serve e o que se prefere (10 min)
#
# `nodeSelector` só sabe dizer "exatamente este". Um treinamento costuma ter uma lista do que serve, e uma ordem:
#
# | | se não houver nó assim | para quê |
# |---|---|---|
# | `requiredDuringScheduling...` | o Pod espera | o que **não pode** faltar: memória bastante, a arquitetura para a qual se compilou |
# | `preferredDuringScheduling...` | vai a outro que sirva | a **ordem** entre os que servem, com um peso de 1 a 100 |
#
# (`...IgnoredDuringExecution`: depois de posto, o Pod fica, mesmo que o rótulo do nó mude.) As duas se combinam: a
# obrigatória filtra, a preferência dá notas aos que restam. Só com preferência, o Pod pode acabar **em qualquer lugar**;
# só com a obrigatória, o escalonador não sabe que um modelo é três vezes mais rápido.

# %% [markdown] lang="en"
# ## 2 · What will do, and what is preferred (10 min)
#
# `nodeSelector` can only say "exactly this". A training run usually has a list of what will do, and an order:
#
# | | if there is no such node | what for |
# |---|---|---|
# | `requiredDuringScheduling...` | the Pod waits | what **must not** be missing: enough memory, the architecture it was compiled for |
# | `preferredDuringScheduling...` | it goes to another that will do | the **order** among those that will do, by a weight from 1 to 100 |
#
# (`...IgnoredDuringExecution`: once placed, the Pod stays, even if the node's label changes.) The two combine: the required
# one filters, the preference scores what is left. With the preference alone, the Pod may end up **anywhere**; with the
# required one alone, the scheduler does not know that one model is three times as fast.

# %% [markdown] lang="pt-BR"
# ### Tarefa 2 · O melhor modelo, ou um que sirva (5 pontos)
#
# Declare o Job `train` com `${ranks}` Pods ao mesmo tempo (`parallelism` e `completions`), `restartPolicy: Never`, cada um
# com **4** GPUs, que:
#
# - **só** possa ir a nós `h200` ou `${fallback}`;
# - **prefira** `h200`. Há um nó h200, com 8 GPUs: dois ranks devem enchê-lo, e os outros ir a `${fallback}`.
#
# No template, ponha a anotação `labcluster.dev/run-for: 1h`: diz à simulação por quanto tempo o trabalho "calcula".

# %% [markdown] lang="en"
# ### Task 2 · The best model, or one that will do (5 points)
#
# Declare the Job `train` with `${ranks}` Pods at the same time (`parallelism` and `completions`), `restartPolicy: Never`,
# each with **4** GPUs, which:
#
# - may **only** go to nodes `h200` or `${fallback}`;
# - **prefers** `h200`. There is one h200 node, with 8 GPUs: two ranks should fill it, and the others go to `${fallback}`.
#
# In the template, put the annotation `labcluster.dev/run-for: 1h`: it tells the simulation how long the work "computes".

# %% [raw] kube="apply" solution="write-train"
# ### BEGIN SOLUTION
# apiVersion: batch/v1
# kind: Job
# metadata: {name: train}
# spec:
#   completionMode: Indexed
#   parallelism: ${ranks}
#   completions: ${ranks}
#   template:
#     metadata:
#       annotations: {labcluster.dev/run-for: 1h}
#     spec:
#       restartPolicy: Never
#       tolerations:
#         - {key: nvidia.com/gpu, operator: Exists, effect: NoSchedule}
#       affinity:
#         nodeAffinity:
#           requiredDuringSchedulingIgnoredDuringExecution:
#             nodeSelectorTerms:
#               - matchExpressions:
#                   - {key: gpu.model, operator: In, values: [h200, "${fallback}"]}
#           preferredDuringSchedulingIgnoredDuringExecution:
#             - weight: 100
#               preference:
#                 matchExpressions:
#                   - {key: gpu.model, operator: In, values: [h200]}
#       containers:
#         - name: main
#           image: localhost/lab/toolbox:1
#           command: [sleep, "3600"]
#           resources: {limits: {nvidia.com/gpu: 4}}
# ### END SOLUTION

# %% check="best-model"

# %% tags=["nbval-ignore-output"]
lab.gpu_map("gpu.model in (h200, l40s, a40)")

# %% [markdown] lang="pt-BR"
# ## 3 · Livres, mas em pedaços (15 min)
#
# Um Pod vive inteiro num nó. Logo o que importa para um Pod de 8 GPUs não é a **soma** das livres, mas o **maior pedaço**
# livre num só nó. É a mesma fragmentação de um disco ou da memória, com uma diferença: aqui o que está no meio do caminho
# é um treinamento que já calculou por três dias.
#
# Três grupos puseram cada um o seu trabalho num dos três nós `v100` (8 GPUs cada). Depois chegou `whole`, que treina
# com 8 GPUs ligadas por NVLink e não pode ser repartido.

# %% [markdown] lang="en"
# ## 3 · Free, but in pieces (15 min)
#
# A Pod lives whole on one node. So what matters to a Pod of 8 GPUs is not the **sum** of those that are free, but the
# **largest piece** that is free on one node. It is the fragmentation of a disk or of memory, with one difference: what
# stands in the way here is a training run that has been computing for three days.
#
# Three groups each put their work on one of the three `v100` nodes (8 GPUs each). Then came `whole`, which trains on 8 GPUs
# joined by NVLink and cannot be split.

# %% [raw] kube="apply"
# apiVersion: v1
# kind: Pod
# metadata: {name: tenant-a, labels: {app: tenant}}
# spec:
#   nodeSelector: {kubernetes.io/hostname: v100-0}
#   tolerations: [{key: nvidia.com/gpu, operator: Exists, effect: NoSchedule}]
#   containers:
#     - {name: main, image: "localhost/lab/toolbox:1", command: [sleep, "3600"], resources: {limits: {nvidia.com/gpu: ${tenant_a}}}}
# ---
# apiVersion: v1
# kind: Pod
# metadata: {name: tenant-b, labels: {app: tenant}}
# spec:
#   nodeSelector: {kubernetes.io/hostname: v100-1}
#   tolerations: [{key: nvidia.com/gpu, operator: Exists, effect: NoSchedule}]
#   containers:
#     - {name: main, image: "localhost/lab/toolbox:1", command: [sleep, "3600"], resources: {limits: {nvidia.com/gpu: ${tenant_b}}}}
# ---
# apiVersion: v1
# kind: Pod
# metadata: {name: tenant-c, labels: {app: tenant}}
# spec:
#   nodeSelector: {kubernetes.io/hostname: v100-2}
#   tolerations: [{key: nvidia.com/gpu, operator: Exists, effect: NoSchedule}]
#   containers:
#     - {name: main, image: "localhost/lab/toolbox:1", command: [sleep, "3600"], resources: {limits: {nvidia.com/gpu: ${tenant_c}}}}

# %%
# !kubectl wait --for=condition=PodScheduled pod -l app=tenant --timeout=10s

# %% [raw] kube="apply"
# apiVersion: v1
# kind: Pod
# metadata: {name: whole}
# spec:
#   nodeSelector: {gpu.model: v100}
#   tolerations: [{key: nvidia.com/gpu, operator: Exists, effect: NoSchedule}]
#   containers:
#     - {name: main, image: "localhost/lab/toolbox:1", command: [sleep, "3600"], resources: {limits: {nvidia.com/gpu: 8}}}

# %% tags=["nbval-ignore-output"]
lab.gpu_map("gpu.model=v100")

# %% [markdown] lang="pt-BR"
# ### Tarefa 3 · Livres, mas em pedaços (5 pontos)
#
# **a)** Antes de mudar qualquer coisa, conte. Grave no ConfigMap `fragments`: `free`, o total de GPUs livres nos três nós, e
# `largest`, o maior pedaço livre num só nó. (Ponha os dois números em `free` e `largest`; a célula seguinte os grava.)

# %% [markdown] lang="en"
# ### Task 3 · Free, but in pieces (5 points)
#
# **a)** Before you change anything, count. Write into the ConfigMap `fragments`: `free`, the total of free GPUs of the three
# nodes, and `largest`, the largest piece that is free on one node. (Put both numbers into `free` and `largest`; the next cell writes them.)

# %% solution="write-fragments"
a, b, c = lab.values["tenant_a"], lab.values["tenant_b"], lab.values["tenant_c"]
free, largest = 0, 0
### BEGIN SOLUTION
free, largest = 24 - a - b - c, 8 - min(a, b, c)
### END SOLUTION

# %%
# !kubectl create configmap fragments --from-literal=free={free} --from-literal=largest={largest} --dry-run=client -o yaml | kubectl apply -f -

# %% [markdown] lang="pt-BR"
# **b)** Agora faça `whole` caber, **sem que nenhum inquilino perca** uma GPU. O Kubernetes não muda um Pod de nó: mudar é
# apagar e criar de novo (o trabalho recomeça do seu último *checkpoint*, se o tiver). Escolha quem custa menos e que cabe
# ao lado de outro.

# %% [markdown] lang="en"
# **b)** Now make `whole` fit, **without any tenant losing** a GPU. Kubernetes does not move a Pod between nodes: to move is
# to delete and to make again (the work restarts from its last checkpoint, if it has one). Choose the one that costs least
# and fits beside another.

# %%
# !kubectl get pods -l app=tenant -o custom-columns='POD:.metadata.name,NODE:.spec.nodeName,GPUS:.spec.containers[0].resources.limits.nvidia\.com/gpu'

# %% solution="delete-tenant"
### BEGIN SOLUTION
# !kubectl delete pod tenant-a
### END SOLUTION

# %% [raw] kube="apply" solution="write-tenant"
# ### BEGIN SOLUTION
# apiVersion: v1
# kind: Pod
# metadata: {name: tenant-a, labels: {app: tenant}}
# spec:
#   nodeSelector: {kubernetes.io/hostname: v100-1}
#   tolerations: [{key: nvidia.com/gpu, operator: Exists, effect: NoSchedule}]
#   containers:
#     - {name: main, image: "localhost/lab/toolbox:1", command: [sleep, "3600"], resources: {limits: {nvidia.com/gpu: ${tenant_a}}}}
# ### END SOLUTION

# %% check="fragments"

# %% tags=["nbval-ignore-output"]
lab.gpu_map("gpu.model=v100")

# %% [markdown] lang="pt-BR"
# ## 4 · Espalhar ou empacotar (20 min)
#
# A fragmentação não é azar: é o que o escalonador **escolhe** quando dá notas aos nós. O perfil padrão do Kubernetes usa
# `LeastAllocated`, isto é, prefere o nó mais vazio. Foi pensado para serviços web, que ficam melhor espalhados: se um nó
# cai, caem poucas réplicas. O contrário é `MostAllocated`: prefere o nó mais cheio em que o Pod ainda caiba.
#
# ```text
#                 LeastAllocated (espalha)            MostAllocated (empacota)
#  nó 0           ■ ■ ■ □ □ □ □ □                     ■ ■ ■ ■ ■ ■ ■ ■
#  nó 1           ■ ■ ■ □ □ □ □ □                     ■ ■ ■ ■ □ □ □ □
#  nó 2           ■ ■ ■ □ □ □ □ □                     □ □ □ □ □ □ □ □  ◄── cabe um Pod de 8
#  nó 3           ■ ■ ■ □ □ □ □ □                     □ □ □ □ □ □ □ □  ◄── e outro
# ```
#
# Seu cluster tem **um** escalonador com **dois perfis**, e cada Pod escolhe por `spec.schedulerName`:
#
# ```yaml
# profiles:
#   - schedulerName: default-scheduler      # o de sempre
#   - schedulerName: packing-scheduler
#     pluginConfig:
#       - name: NodeResourcesFit
#         args:
#           scoringStrategy: {type: MostAllocated, resources: [{name: nvidia.com/gpu, weight: 1}]}
# ```
#
# Repare em `resources`: o perfil padrão só dá notas por **CPU e memória**. Ele nunca deixa uma GPU ser dada duas vezes, mas
# ao escolher entre os nós que servem nem olha para elas! Um Pod com GPU e sem pedido de CPU é, para as notas, quase nada.
#
# **A medida.** Dois racks iguais, `north` e `south`, cada um com 4 nós de 8 GPUs. O **mesmo traço** de trabalhos pequenos, na
# mesma ordem de chegada, vai aos dois: em `north` pelo `default-scheduler`, em `south` pelo `packing-scheduler`. Depois vão
# quatro Pods de 8 GPUs a cada rack. Quantos cabem?

# %% [markdown] lang="en"
# ## 4 · Spreading or packing (20 min)
#
# Fragmentation is not bad luck: it is what the scheduler **chooses** when it scores nodes. Kubernetes' default profile uses
# `LeastAllocated`, which prefers the emptiest node. It was made for web services, which are better off spread: when a node
# fails, few replicas do. The opposite is `MostAllocated`: it prefers the fullest node that the Pod still fits.
#
# ```text
#                 LeastAllocated (spreads)            MostAllocated (packs)
#  node 0         ■ ■ ■ □ □ □ □ □                     ■ ■ ■ ■ ■ ■ ■ ■
#  node 1         ■ ■ ■ □ □ □ □ □                     ■ ■ ■ ■ □ □ □ □
#  node 2         ■ ■ ■ □ □ □ □ □                     □ □ □ □ □ □ □ □  ◄── room for a Pod of 8
#  node 3         ■ ■ ■ □ □ □ □ □                     □ □ □ □ □ □ □ □  ◄── and another
# ```
#
# Your cluster has **one** scheduler with **two profiles**, and each Pod chooses by `spec.schedulerName`:
#
# ```yaml
# profiles:
#   - schedulerName: default-scheduler      # the usual one
#   - schedulerName: packing-scheduler
#     pluginConfig:
#       - name: NodeResourcesFit
#         args:
#           scoringStrategy: {type: MostAllocated, resources: [{name: nvidia.com/gpu, weight: 1}]}
# ```
#
# Note `resources`: the default profile scores by **CPU and memory** only. It never lets a GPU be given twice, but when it
# chooses among nodes that will do, it does not even look at them! To the scores, a Pod with GPUs and without a request of
# CPU is next to nothing.
#
# **The measurement.** Two equal racks, `north` and `south`, each with 4 nodes of 8 GPUs. The **same trace** of small jobs, in
# the same order of arrival, goes to both: in `north` through `default-scheduler`, in `south` through `packing-scheduler`.
# Then four Pods of 8 GPUs go to each rack. How many fit?

# %% [markdown] lang="pt-BR"
# ### Tarefa 4 · Espalhar ou empacotar, medido (6 pontos)
#
# **a)** Complete `run_spec`: devolve a `spec` de um Pod (um dicionário, com as chaves do YAML) que
#
# - roda num nó com o rótulo `rack` igual a `rack`, tolera `nvidia.com/gpu`, e é posto por `scheduler`;
# - tem um contêiner `main` (imagem `localhost/lab/toolbox:1`, comando `["sleep", "3600"]`) com `gpus` GPUs, e que pede 4 CPUs e 32Gi
#   de memória **por GPU**, como um carregador de dados precisaria.

# %% [markdown] lang="en"
# ### Task 4 · Spreading or packing, measured (6 points)
#
# **a)** Complete `run_spec`: it returns a Pod's `spec` (a dictionary, with the keys of the YAML) that
#
# - runs on a node whose label `rack` equals `rack`, tolerates `nvidia.com/gpu`, and is placed by `scheduler`;
# - has a container `main` (image `localhost/lab/toolbox:1`, command `["sleep", "3600"]`) with `gpus` GPUs, which asks for 4 CPUs and
#   32Gi of memory **per GPU**, as a data loader would need.


# %% solution="write-run"
def run_spec(gpus, rack, scheduler):
    spec = {}
    ### BEGIN SOLUTION
    spec = {
        "schedulerName": scheduler,
        "nodeSelector": {"rack": rack},
        "tolerations": [{"key": "nvidia.com/gpu", "operator": "Exists", "effect": "NoSchedule"}],
        "containers": [
            {
                "name": "main",
                "image": "localhost/lab/toolbox:1",
                "command": ["sleep", "3600"],
                "resources": {
                    "requests": {"cpu": str(4 * gpus), "memory": f"{32 * gpus}Gi"},
                    "limits": {"nvidia.com/gpu": gpus},
                },
            }
        ],
    }
    ### END SOLUTION
    return spec


# %% [markdown] lang="pt-BR"
# O traço: `${singles}` trabalhos de 1 GPU e `${pairs}` de 2, numa ordem que é só sua.

# %% [markdown] lang="en"
# The trace: `${singles}` jobs of 1 GPU and `${pairs}` of 2, in an order that is yours alone.

# %%
import json
import random

from labkit.kube import run

sizes = [1] * lab.values["singles"] + [2] * lab.values["pairs"]
random.Random(lab.context.student).shuffle(sizes)
print("GPUs, in order of arrival:", sizes, "sum:", sum(sizes))


def send(rack, scheduler, kind, sizes):
    """Submit one Pod for each size, in this order."""
    pods = [
        {
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": {"name": f"{rack}-{kind}-{number}", "labels": {"trace": kind, "rack": rack}},
            "spec": run_spec(gpus, rack, scheduler),
        }
        for number, gpus in enumerate(sizes)
    ]
    manifest = json.dumps({"apiVersion": "v1", "kind": "List", "items": pods})
    print(f"{rack}: {run(['apply', '-f', '-'], manifest).count('created')} Pods ({kind}, {scheduler})")


# %%
send("north", "default-scheduler", "small", sizes)
send("south", "packing-scheduler", "small", sizes)

# %%
# !kubectl wait --for=condition=PodScheduled pod -l trace=small --timeout=20s > /dev/null && echo placed

# %% tags=["nbval-ignore-output"]
lab.gpu_map("rack")

# %% [markdown] lang="pt-BR"
# Antes de continuar, **preveja**: as GPUs livres são tantas num rack quanto no outro. Quantos Pods de 8 vão rodar em cada um?

# %% [markdown] lang="en"
# Before you go on, **predict**: as many GPUs are free in one rack as in the other. How many Pods of 8 will run in each?

# %%
send("north", "default-scheduler", "big", [8] * 4)
send("south", "packing-scheduler", "big", [8] * 4)

# %% tags=["nbval-ignore-output"]
lab.gpu_map("rack")
# !kubectl get pods -l trace=big -L rack

# %% [markdown] lang="pt-BR"
# **b)** Grave o que mediu no ConfigMap `packing`: `free` (GPUs livres em **cada** rack depois dos pequenos e antes dos
# grandes), `north` e `south` (Pods de 8 GPUs que rodam em cada um).

# %% [markdown] lang="en"
# **b)** Write what you measured into the ConfigMap `packing`: `free` (GPUs free in **each** rack after the small Pods and
# before the big), `north` and `south` (Pods of 8 GPUs that run in each).

# %% solution="write-report"
free, north, south = -1, -1, -1
### BEGIN SOLUTION
free, north, south = 32 - sum(sizes), 0, 2
### END SOLUTION

# %%
# !kubectl create configmap packing --from-literal=free={free} --from-literal=north={north} --from-literal=south={south} --dry-run=client -o yaml | kubectl apply -f -

# %% check="packing"

# %% [markdown] lang="pt-BR"
# Empacotar não é de graça: um nó que cai leva mais trabalhos consigo, e vizinhos de nó disputam rede, disco e refrigeração. Por isso
# centros costumam **espalhar serviços** e **empacotar lotes**, como aqui: um perfil para cada. E nem empacotar resolve tudo:
# trabalhos terminam fora de ordem, e os buracos voltam. No laboratório 07, o Volcano trata de quem precisa de **vários** nós
# ao mesmo tempo.

# %% [markdown] lang="en"
# Packing is not free: a node that fails takes more jobs with it, and neighbours on a node compete for network, disk and
# cooling. That is why centres tend to **spread services** and **pack batch work**, as here: a profile for each. Nor does
# packing solve everything: jobs end out of order, and the holes come back. In lab 07, Volcano looks after those who need
# **several** nodes at the same time.

# %% [markdown] lang="pt-BR"
# ## 5 · Quanto cabe a cada grupo (10 min)
#
# O escalonador responde "há lugar?". Não pergunta "é a sua vez?". Num parque comum, um laço `for` de um grupo toma tudo.
# A **ResourceQuota** limita a soma dos pedidos de um namespace, que costuma ser o grupo. Ela age **antes** do
# escalonador, na admissão: o Pod que passa da cota **não chega a existir**.
#
# | | sem lugar | acima da cota |
# |---|---|---|
# | quem recusa | escalonador | admissão, no servidor de API |
# | o Pod | existe, `Pending` | não existe |
# | onde se lê o motivo | eventos do Pod | eventos do ReplicaSet ou do Job que tentou criá-lo |
# | quando tenta de novo | assim que algo muda | o controlador tenta, com intervalos crescentes |
#
# Duas coisas que surpreendem: a cota só vale para o que for criado **depois** dela, e para recursos estendidos só existe a
# forma `requests.NOME` (que conta os limites também, já que são iguais).

# %% [markdown] lang="en"
# ## 5 · How much each group may have (10 min)
#
# The scheduler answers "is there room?". It does not ask "is it your turn?". In a common pool, one group's `for` loop takes
# everything. A **ResourceQuota** limits the sum of a namespace's requests, and a namespace is usually a group. It acts
# **before** the scheduler, at admission: a Pod beyond the quota **never comes to exist**.
#
# | | no room | beyond the quota |
# |---|---|---|
# | who refuses | the scheduler | admission, in the API server |
# | the Pod | exists, `Pending` | does not exist |
# | where the reason is read | the Pod's events | the events of the ReplicaSet or Job that tried to make it |
# | when it is tried again | as soon as something changes | the controller tries, at growing intervals |
#
# Two things surprise: a quota holds only for what is made **after** it, and for extended resources there is only the form
# `requests.NAME` (which counts the limits too, as they are equal).

# %% [markdown] lang="pt-BR"
# ### Tarefa 5 · Uma cota para o grupo (4 pontos)
#
# O centro comprou nós com GPUs da AMD: outro nome, `amd.com/gpu`, e outro taint, `amd.com/gpu`. Seu grupo pode usar
# `${budget}` delas. (Criar cotas é tarefa de quem administra; aqui o direito lhe foi emprestado.)
#
# 1. Crie a ResourceQuota `gpu-budget`, que limita **só** `amd.com/gpu`, a `${budget}`.
# 2. Crie o Deployment `screening` (rótulo `app: screening`): 5 réplicas, cada uma com 2 GPUs da AMD.
#
# Quantas vão existir? O YAML é aplicado de cima para baixo: a ordem importa.

# %% [markdown] lang="en"
# ### Task 5 · A budget for the group (4 points)
#
# The centre bought nodes with AMD GPUs: another name, `amd.com/gpu`, and another taint, `amd.com/gpu`. Your group may use
# `${budget}` of them. (To make quotas is an administrator's job; the right was lent to you here.)
#
# 1. Create the ResourceQuota `gpu-budget`, which limits **only** `amd.com/gpu`, to `${budget}`.
# 2. Create the Deployment `screening` (label `app: screening`): 5 replicas, each with 2 AMD GPUs.
#
# How many will exist? The YAML is applied from top to bottom: the order matters.

# %% [raw] kube="apply" solution="write-budget"
# ### BEGIN SOLUTION
# apiVersion: v1
# kind: ResourceQuota
# metadata: {name: gpu-budget}
# spec:
#   hard: {requests.amd.com/gpu: "${budget}"}
# ---
# apiVersion: apps/v1
# kind: Deployment
# metadata: {name: screening}
# spec:
#   replicas: 5
#   selector: {matchLabels: {app: screening}}
#   template:
#     metadata: {labels: {app: screening}}
#     spec:
#       tolerations: [{key: amd.com/gpu, operator: Exists, effect: NoSchedule}]
#       containers:
#         - name: main
#           image: localhost/lab/toolbox:1
#           command: [sleep, "3600"]
#           resources: {limits: {amd.com/gpu: 2}}
# ### END SOLUTION

# %% check="budget"

# %% tags=["nbval-ignore-output"]
# !kubectl describe resourcequota gpu-budget
# !kubectl get deployment screening -o jsonpath='{range .status.conditions[*]}{.type}: {.message}{"\n"}{end}'

# %% [markdown] lang="pt-BR"
# ## 6 · Dizer o que se precisa, e não onde está (15 min)
#
# O número com nome tem limites: não diz quanta memória a GPU tem, não deixa dois Pods dividirem uma, não sabe quais
# duas estão ligadas por NVLink, e num nó com dois modelos o rótulo mente. A resposta moderna é a **Dynamic Resource
# Allocation** (DRA), estável desde o Kubernetes 1.34. Lembra os volumes:
#
# | armazenamento | dispositivos | quem escreve |
# |---|---|---|
# | PersistentVolume | `ResourceSlice`: cada dispositivo de um nó, com atributos e capacidades | o driver do nó |
# | StorageClass | `DeviceClass`: o que é "uma GPU" neste cluster | quem administra |
# | PersistentVolumeClaim | `ResourceClaim`: "quero uma assim" | você |
# | volumeClaimTemplates | `ResourceClaimTemplate`: "uma assim para cada Pod" | você |
#
# ```text
#  ResourceSlice mixed-0                        ResourceClaimTemplate big-gpu
#   gpu-0  a100  40Gi  nvlink 0                  "uma, com memória ≥ N"
#   gpu-1  h100  80Gi  nvlink 0   ◄────────┐              │ gera
#   gpu-2  a100  40Gi  nvlink 1            │     ResourceClaim fold-gpu-x7k2p
#   gpu-3  h100  80Gi  nvlink 1            └────── status.allocation: mixed-0 / gpu-1
#                                 o escalonador escolhe nó e dispositivo juntos
# ```
#
# Quem escolhe o **dispositivo** agora é o escalonador, por uma expressão CEL sobre o que o driver publicou. Não há
# rótulo de nó a manter, e o resultado fica escrito.
#
# > **Simulado:** aqui ninguém roda um driver; os ResourceSlices foram publicados junto com os nós. A alocação é a de verdade.

# %% [markdown] lang="en"
# ## 6 · Saying what you need, not where it is (15 min)
#
# The number with a name has its limits: it does not say how much memory the GPU has, it does not let two Pods share one, it
# does not know which two are joined by NVLink, and on a node with two models the label lies. The modern answer is **Dynamic
# Resource Allocation** (DRA), stable since Kubernetes 1.34. It resembles volumes:
#
# | storage | devices | who writes it |
# |---|---|---|
# | PersistentVolume | `ResourceSlice`: each device of a node, with attributes and capacities | the node's driver |
# | StorageClass | `DeviceClass`: what "a GPU" is on this cluster | the administrator |
# | PersistentVolumeClaim | `ResourceClaim`: "I want one like this" | you |
# | volumeClaimTemplates | `ResourceClaimTemplate`: "one like this for each Pod" | you |
#
# ```text
#  ResourceSlice mixed-0                        ResourceClaimTemplate big-gpu
#   gpu-0  a100  40Gi  nvlink 0                  "one, with memory ≥ N"
#   gpu-1  h100  80Gi  nvlink 0   ◄────────┐              │ generates
#   gpu-2  a100  40Gi  nvlink 1            │     ResourceClaim fold-gpu-x7k2p
#   gpu-3  h100  80Gi  nvlink 1            └────── status.allocation: mixed-0 / gpu-1
#                                 the scheduler chooses node and device together
# ```
#
# It is now the scheduler that chooses the **device**, by a CEL expression over what the driver has published. There is no
# node label to maintain, and the result is written down.
#
# > **Simulated:** nobody runs a driver here; the ResourceSlices were published along with the nodes. The allocation is real.

# %%
# !kubectl get deviceclass gpu.labcluster.dev -o jsonpath='{.spec.selectors[0].cel.expression}'

# %%
# !kubectl get resourceslices -o jsonpath='{range .items[*]}{.spec.nodeName}{range .spec.devices[*]}{"\n   "}{.name}{"  "}{.attributes.model.string}{"  "}{.capacity.memory.value}{"  nvlink "}{.attributes.nvlink.int}{end}{"\n"}{end}'

# %% [markdown] lang="pt-BR"
# ### Tarefa 6 · Dizer o que se precisa (4 pontos)
#
# O Pod `fold` prevê a estrutura de uma proteína e precisa de **uma** GPU com pelo menos `${memory}Gi` de memória, seja qual
# for o modelo e o nó. Declare:
#
# - o ResourceClaimTemplate `big-gpu`: em `spec.spec.devices.requests`, um pedido `exactly` da classe `gpu.labcluster.dev`, com
#   um seletor CEL. A capacidade é `device.capacity['gpu.labcluster.dev'].memory`, e quantidades se comparam com
#   `.compareTo(quantity('1Gi'))`, que dá −1, 0 ou 1;
# - o Pod `fold`, que o usa: em `spec.resourceClaims` (um nome e `resourceClaimTemplateName`) e em `resources.claims` do
#   contêiner (o mesmo nome). Os nós têm o taint `nvidia.com/gpu`; **não** use `nodeSelector`.

# %% [markdown] lang="en"
# ### Task 6 · Saying what is needed (4 points)
#
# Pod `fold` predicts the structure of a protein and needs **one** GPU with at least `${memory}Gi` of memory, whatever its
# model and node. Declare:
#
# - the ResourceClaimTemplate `big-gpu`: under `spec.spec.devices.requests`, an `exactly` request of the class
#   `gpu.labcluster.dev`, with a CEL selector. The capacity is `device.capacity['gpu.labcluster.dev'].memory`, and quantities
#   are compared with `.compareTo(quantity('1Gi'))`, which gives −1, 0 or 1;
# - the Pod `fold`, which uses it: under `spec.resourceClaims` (a name and `resourceClaimTemplateName`) and under the
#   container's `resources.claims` (the same name). The nodes have the taint `nvidia.com/gpu`; do **not** use `nodeSelector`.

# %% [raw] kube="apply" solution="write-claim"
# ### BEGIN SOLUTION
# apiVersion: resource.k8s.io/v1
# kind: ResourceClaimTemplate
# metadata: {name: big-gpu}
# spec:
#   spec:
#     devices:
#       requests:
#         - name: gpu
#           exactly:
#             deviceClassName: gpu.labcluster.dev
#             selectors:
#               - cel:
#                   expression: device.capacity['gpu.labcluster.dev'].memory.compareTo(quantity('${memory}Gi')) >= 0
# ---
# apiVersion: v1
# kind: Pod
# metadata: {name: fold}
# spec:
#   tolerations: [{key: nvidia.com/gpu, operator: Exists, effect: NoSchedule}]
#   resourceClaims:
#     - {name: gpu, resourceClaimTemplateName: big-gpu}
#   containers:
#     - name: main
#       image: localhost/lab/toolbox:1
#       command: [sleep, "3600"]
#       resources: {claims: [{name: gpu}]}
# ### END SOLUTION

# %% check="claim"

# %% tags=["nbval-ignore-output"]
# !kubectl get resourceclaims -o custom-columns='CLAIM:.metadata.name,NODE:.status.allocation.devices.results[*].pool,DEVICE:.status.allocation.devices.results[*].device,USED BY:.status.reservedFor[*].name'

# %% [markdown] lang="pt-BR"
# ### Tarefa 7 · Dividir uma, unir duas (4 pontos)
#
# **Dividir.** Dois cadernos interativos, `notebook-a` e `notebook-b`, usam pouco a GPU: que usem a mesma. Crie o ResourceClaim
# `shared` (uma GPU, qualquer) e os dois Pods, que o chamam pelo nome (`resourceClaimName`). Com `nvidia.com/gpu` isso não tem
# como ser dito. (Quem reparte o tempo da GPU entre os dois é o driver; o Kubernetes só os leva ao mesmo dispositivo.)
#
# **Unir.** O Pod `exchange` troca gradientes entre **duas** `${linked}`, que devem estar no mesmo domínio NVLink. Crie o
# ResourceClaim `pair`: um pedido com `count: 2`, um seletor pelo modelo (`device.attributes['gpu.labcluster.dev'].model`), e
# em `spec.devices.constraints` a exigência de que o atributo `gpu.labcluster.dev/nvlink` seja igual (`matchAttribute`).

# %% [markdown] lang="en"
# ### Task 7 · Sharing one, joining two (4 points)
#
# **Sharing.** Two interactive notebooks, `notebook-a` and `notebook-b`, use the GPU little: let them use the same one. Create
# the ResourceClaim `shared` (one GPU, any) and the two Pods, which call it by its name (`resourceClaimName`). With
# `nvidia.com/gpu` there is no way to say this. (What divides the GPU's time between the two is the driver; Kubernetes only
# brings them to the same device.)
#
# **Joining.** Pod `exchange` exchanges gradients between **two** `${linked}`, which must be in one NVLink domain. Create the
# ResourceClaim `pair`: a request with `count: 2`, a selector by model (`device.attributes['gpu.labcluster.dev'].model`), and
# under `spec.devices.constraints` the demand that the attribute `gpu.labcluster.dev/nvlink` be equal (`matchAttribute`).

# %% [raw] kube="apply" solution="write-shared"
# ### BEGIN SOLUTION
# apiVersion: resource.k8s.io/v1
# kind: ResourceClaim
# metadata: {name: shared}
# spec:
#   devices:
#     requests:
#       - name: gpu
#         exactly: {deviceClassName: gpu.labcluster.dev}
# ---
# apiVersion: v1
# kind: Pod
# metadata: {name: notebook-a}
# spec:
#   tolerations: [{key: nvidia.com/gpu, operator: Exists, effect: NoSchedule}]
#   resourceClaims: [{name: gpu, resourceClaimName: shared}]
#   containers:
#     - {name: main, image: "localhost/lab/toolbox:1", command: [sleep, "3600"], resources: {claims: [{name: gpu}]}}
# ---
# apiVersion: v1
# kind: Pod
# metadata: {name: notebook-b}
# spec:
#   tolerations: [{key: nvidia.com/gpu, operator: Exists, effect: NoSchedule}]
#   resourceClaims: [{name: gpu, resourceClaimName: shared}]
#   containers:
#     - {name: main, image: "localhost/lab/toolbox:1", command: [sleep, "3600"], resources: {claims: [{name: gpu}]}}
# ### END SOLUTION

# %% [raw] kube="apply" solution="write-pair"
# ### BEGIN SOLUTION
# apiVersion: resource.k8s.io/v1
# kind: ResourceClaim
# metadata: {name: pair}
# spec:
#   devices:
#     requests:
#       - name: gpus
#         exactly:
#           deviceClassName: gpu.labcluster.dev
#           count: 2
#           selectors:
#             - cel: {expression: "device.attributes['gpu.labcluster.dev'].model == '${linked}'"}
#     constraints:
#       - {requests: [gpus], matchAttribute: gpu.labcluster.dev/nvlink}
# ---
# apiVersion: v1
# kind: Pod
# metadata: {name: exchange}
# spec:
#   tolerations: [{key: nvidia.com/gpu, operator: Exists, effect: NoSchedule}]
#   resourceClaims: [{name: gpus, resourceClaimName: pair}]
#   containers:
#     - {name: main, image: "localhost/lab/toolbox:1", command: [sleep, "3600"], resources: {claims: [{name: gpus}]}}
# ### END SOLUTION

# %% check="sharing"

# %% tags=["nbval-ignore-output"]
# !kubectl get resourceclaims -o custom-columns='CLAIM:.metadata.name,NODE:.status.allocation.devices.results[*].pool,DEVICE:.status.allocation.devices.results[*].device,USED BY:.status.reservedFor[*].name'

# %% [markdown] reflect="whose-gpus" points=4 lang="pt-BR"
# ### Pergunta · Doze nós, três públicos (4 pontos, corrigida à mão)
#
# Um centro tem 12 nós de 8 GPUs: 8 nós novos, com NVLink entre as 8, e 4 antigos, de dois modelos misturados no mesmo nó.
# Três públicos os usam: (1) treinamentos de 8 GPUs, poucos, que duram dias e salvam checkpoints de hora em hora; (2) dezenas de
# servidores de inferência de 1 GPU, que respondem a um site e não podem cair todos juntos; (3) alunos com cadernos, que usam a GPU 5 % do
# tempo.
#
# Em 10 a 15 linhas: diga onde e como poria cada público (rótulos e taints, afinidade, perfil do escalonador, recurso
# contado ou DRA, cotas), **por quê**, e que custo cada escolha tem. Use um número medido por você neste laboratório.
#
# ### BEGIN SOLUTION
# **Resposta-modelo.** Os **treinamentos** vão aos nós novos, reservados por um taint próprio (mais afinidade obrigatória, já que a
# tolerância sozinha não leva ninguém até lá), pelo perfil que **empacota**: no meu traço, com as mesmas 17 a 20 GPUs livres em cada
# rack, couberam 2 Pods de 8 onde se empacotou e nenhum onde se espalhou. Custo: nós cheios disputam rede, e um nó que cai leva um
# treinamento inteiro, o que os checkpoints limitam a uma hora. As **inferências** são um Deployment pelo perfil padrão, que
# **espalha** (e com `topologySpreadConstraints` para não depender de notas por CPU): se um nó cai, cai uma fração. Para não
# fragmentar os nós de treinamento, ficam noutros: os antigos, ou poucos dos novos. Os **cadernos** dividem GPUs dos nós antigos por
# DRA: um ResourceClaim comum a vários Pods, pedindo por atributo, porque o rótulo do nó não descreve dois modelos. Custo: não há
# isolamento de memória garantido pelo Kubernetes, e um caderno atrapalha o outro. **Cotas** por namespace: de GPUs para alunos e
# inferência, de modo que o treinamento não espere por um laço `for`; cotas não expulsam quem já está, e uma cota folgada não garante lugar.
#
# **Rubrica (4 pontos).** 1: treinamento empacotado e separado, com taint **e** afinidade (ou seletor). 1: inferência espalhada,
# com o motivo (domínio de falha), e separada do que precisa de nós inteiros. 1: cadernos por DRA (ou outra partilha real), com o motivo de
# o recurso contado não servir. 1: cotas e custos, com um número medido usado como argumento. Meio ponto para um item certo sem o
# porquê. Aceite outra divisão dos nós, desde que as razões sejam coerentes.
# ### END SOLUTION

# %% [markdown] reflect="whose-gpus" points=4 lang="en"
# ### Question · Twelve nodes, three kinds of users (4 points, graded by hand)
#
# A centre has 12 nodes of 8 GPUs: 8 new ones, with NVLink among the 8, and 4 old ones, of two models mixed on one node. Three
# kinds of users share them: (1) training runs of 8 GPUs, few, which last for days and save a checkpoint every hour; (2) dozens
# of inference servers of 1 GPU, which answer a web site and must not fail all at once; (3) students with notebooks, who use the
# GPU 5 % of the time.
#
# In 10 to 15 lines: say where and how you would put each kind (labels and taints, affinity, scheduler profile, counted resource
# or DRA, quotas), **why**, and what each choice costs. Use a number that you measured in this lab.
#
# ### BEGIN SOLUTION
# **Model answer.** **Training** goes to the new nodes, kept for it by a taint of its own (plus required affinity, since a toleration
# alone leads nobody there), through the profile that **packs**: on my trace, with the same 17 to 20 GPUs free in each rack, 2 Pods
# of 8 fitted where it packed and none where it spread. The cost: full nodes compete for the network, and a node that fails takes a
# whole training run, which checkpoints limit to one hour. **Inference** is a Deployment through the default profile, which **spreads**
# (and with `topologySpreadConstraints`, so as not to depend on scores by CPU): if a node fails, a fraction does. So as not to fragment
# the training nodes, it stays on others: the old ones, or few of the new. **Notebooks** share GPUs of the old nodes through DRA: one
# ResourceClaim common to several Pods, asking by attribute, because the node's label does not describe two models. The cost: Kubernetes
# guarantees no isolation of memory, and one notebook disturbs the other. **Quotas** by namespace: of GPUs for students and
# inference, so that training does not wait for a `for` loop; quotas do not evict those who are there, and a generous quota guarantees no room.
#
# **Rubric (4 points).** 1: training packed and apart, with taint **and** affinity (or selector). 1: inference spread, with the reason
# (failure domain), and apart from what needs whole nodes. 1: notebooks through DRA (or other real sharing), with the reason why the
# counted resource will not do. 1: quotas and costs, with a measured number used as an argument. Half a point for an item that is right
# without its why. Accept another division of the nodes, as long as the reasons agree with each other.
# ### END SOLUTION

# %% [markdown] lang="pt-BR"
# ## Para levar
#
# - Um recurso estendido é um nome e um inteiro: exclusivo, sem frações, sem qualidades. As qualidades vão em rótulos.
# - Taint mantém fora quem não deve entrar; afinidade leva quem deve. Um nó reservado precisa dos dois.
# - O que cabe é decidido pelo maior pedaço livre num nó, não pela soma.
# - Espalhar ou empacotar é uma linha de configuração, e vale nós inteiros. O perfil padrão nem olha GPUs ao dar notas.
# - A cota recusa na admissão, antes do escalonador, e só o que vem depois dela.
# - DRA: o pedido diz o que o dispositivo deve ser; o escalonador escolhe nó e dispositivo juntos, e escreve qual foi.
#
# **Próximo:** `07-volcano-gang`, em que um trabalho precisa de muitos nós ao mesmo tempo, ou de nenhum. Antes de entregar, use *Ensaiar*.

# %% [markdown] lang="en"
# ## To take away
#
# - An extended resource is a name and a whole number: exclusive, without fractions, without qualities. Those go into labels.
# - A taint keeps out those who should not enter; affinity leads in those who should. A reserved node needs both.
# - What fits is decided by the largest piece that is free on one node, not by the sum.
# - Spreading or packing is one line of configuration, and is worth whole nodes. The default profile does not even look at
#   GPUs when it scores.
# - A quota refuses at admission, before the scheduler, and only what comes after it.
# - DRA: the claim says what the device must be; the scheduler chooses node and device together, and writes down which.
#
# **Next:** `07-volcano-gang`, where a job needs many nodes at the same time, or none. Before you hand in, use *Rehearse*.

# %%
rehearse()
