# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
# ---

# %% [markdown] lang="pt-BR"
# # 07 · Volcano: tudo ou nada, filas e prioridades
#
# **Tempo:** 75 a 90 minutos · **Antes:** `02-pods` · **6 tarefas, 24 pontos**, mais uma pergunta de reflexão (4 pontos)
#
# Um job MPI de 8 ranks com 7 ranks no ar não faz 7/8 do trabalho: não faz nada. O escalonador padrão do Kubernetes não sabe
# disso: ele coloca um Pod por vez. Hoje você vai vê-lo travar um site inteiro sem que ninguém tenha errado, e depois
# destravar o site com o **Volcano**, um escalonador feito para HPC e IA.
#
# Ao final você saberá:
#
# 1. provocar, reconhecer e explicar o impasse de dois jobs paralelos pela metade;
# 2. pedir escalonamento em grupo (`PodGroup`, `minAvailable`), e dizer o que ele custa;
# 3. repartir um site entre grupos de pesquisa com filas e pesos, e medir a repartição;
# 4. dar precedência a um job urgente, e dizer quem paga por isso;
# 5. manter um job dentro de um rack, e tarefas que conversam no mesmo nó;
# 6. comparar quatro escalonadores na mesma carga: makespan, utilização, espera, GPU-segundos perdidos.
#
# > **O que aqui é simulado.** O hardware: seis nós com 4 GPUs cada (KWOK), em dois racks. Nenhum programa roda. São de verdade o API
# > server, o escalonador padrão e os programas do Volcano 1.10; as decisões que você vê são as deles. Um Pod simulado vive
# > o tempo da anotação `labcluster.dev/run-for`. Um **rank** (rótulo `parallel-job`) só começa a contar esse tempo quando
# > rodam tantos pares quantos diz `labcluster.dev/ranks`; até lá ele segura o nó e as GPUs, como um `MPI_Init` à espera.

# %% [markdown] lang="en"
# # 07 · Volcano: all or nothing, queues and priorities
#
# **Time:** 75 to 90 minutes · **Before it:** `02-pods` · **6 tasks, 24 points**, and one reflection question (4 points)
#
# An MPI job of 8 ranks with 7 ranks up does not do 7/8 of the work: it does nothing. Kubernetes' default scheduler does not know
# that: it places one Pod at a time. Today you will see it lock up a whole site though nobody made a mistake, and then
# unlock the site with **Volcano**, a scheduler made for HPC and AI.
#
# By the end you will be able to:
#
# 1. cause, recognise and explain the deadlock of two half-placed parallel jobs;
# 2. ask for gang scheduling (`PodGroup`, `minAvailable`), and say what it costs;
# 3. share a site between research groups with queues and weights, and measure the shares;
# 4. give precedence to an urgent job, and say who pays for it;
# 5. keep a job within one rack, and tasks that talk to each other on one node;
# 6. compare four schedulers on the same load: makespan, utilisation, waiting, wasted GPU-seconds.
#
# > **What is simulated here.** The hardware: six nodes with 4 GPUs each (KWOK), in two racks. No program runs. Real are the API
# > server, the default scheduler and Volcano 1.10's programs; the decisions that you see are theirs. A simulated Pod lives
# > for as long as its annotation `labcluster.dev/run-for` says. A **rank** (label `parallel-job`) begins to count that time only when
# > as many peers run as `labcluster.dev/ranks` says; until then it holds its node and its GPUs, like an `MPI_Init` that waits.

# %%
# %load_ext labkit
from labkit import start
lab = start("07-volcano-gang")
check, cluster_view, rehearse = lab.check, lab.cluster_view, lab.rehearse

# %% [markdown] lang="pt-BR"
# Deixe esta vista por perto: quase tudo o que este laboratório ensina se vê nela.

# %% [markdown] lang="en"
# Keep this view at hand: nearly all that this lab teaches can be seen in it.

# %%
cluster_view()

# %% [markdown] lang="pt-BR"
# ## 1 · O impasse (15 min)
#
# O site tem 24 GPUs: `gpu-1` a `gpu-6`, 4 em cada nó. Duas pessoas submetem, no mesmo minuto, um treinamento cada uma: `alpha` e
# `beta`, `${ranks}` ranks, 2 GPUs por rank. Cada um, sozinho, cabe. Os dois juntos, não. O esperado seria um rodar e o outro
# esperar.
#
# O lançador de cada pessoa cria os seus ranks um a um, e o escalonador os recebe intercalados:
#
# ```text
#   fila do escalonador:  a0 b0 a1 b1 a2 b2 a3 b3 a4 b4 a5 b5 | a6 b6 a7 b7 ...
#                         └────────── 12 × 2 = 24 GPUs ──────┘   para sempre Pending
# ```
#
# O escalonador não errou: cada decisão, olhada sozinha, é boa. Falta-lhe o conceito de *job*. As quatro condições clássicas
# de um impasse estão todas aqui: recurso exclusivo (GPU), posse e espera (o rank segura as suas enquanto espera pelos pares),
# ninguém toma o recurso de volta, e uma espera circular.
#
# ### Tarefa 1 · Provoque o impasse (4 pontos)
#
# Complete `rank(job, number)`: o Pod de um rank, como um dicionário. Nome `job-number`; rótulo `parallel-job: job`; anotações
# `labcluster.dev/ranks` (`"${ranks}"`, um texto) e `labcluster.dev/run-for: 4s`; `restartPolicy: Never`; um contêiner `rank` com a
# imagem `localhost/lab/md:1` e o limite `nvidia.com/gpu: 2`; e a tolerância `{key: nvidia.com/gpu, operator: Exists}`, porque os nós com GPU
# recusam quem não a tem. Depois calcule quantas GPUs faltam para que os dois jobs caibam juntos.

# %% [markdown] lang="en"
# ## 1 · The deadlock (15 min)
#
# The site has 24 GPUs: `gpu-1` to `gpu-6`, 4 in each node. Two people submit, in the same minute, one training each: `alpha` and
# `beta`, `${ranks}` ranks, 2 GPUs a rank. Each one fits by itself. Both together do not. One would expect one to run and the
# other to wait.
#
# Each person's launcher creates its ranks one by one, and the scheduler receives them interleaved:
#
# ```text
#   the scheduler's queue:  a0 b0 a1 b1 a2 b2 a3 b3 a4 b4 a5 b5 | a6 b6 a7 b7 ...
#                           └────────── 12 × 2 = 24 GPUs ──────┘   Pending for ever
# ```
#
# The scheduler made no mistake: each decision, looked at alone, is good. What it lacks is the notion of a *job*. The four classic
# conditions of a deadlock are all here: an exclusive resource (the GPU), hold and wait (a rank keeps its own while it waits for
# its peers), nobody takes the resource back, and a circular wait.
#
# ### Task 1 · Cause the deadlock (4 points)
#
# Complete `rank(job, number)`: the Pod of one rank, as a dictionary. Name `job-number`; label `parallel-job: job`; annotations
# `labcluster.dev/ranks` (`"${ranks}"`, a text) and `labcluster.dev/run-for: 4s`; `restartPolicy: Never`; one container `rank` with the
# image `localhost/lab/md:1` and the limit `nvidia.com/gpu: 2`; and the toleration `{key: nvidia.com/gpu, operator: Exists}`, because nodes with GPUs
# refuse those who lack it. Then work out how many GPUs are missing for both jobs to fit together.

# %% solution="rank"
def rank(job, number):
    ### BEGIN SOLUTION
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {
            "name": f"{job}-{number}",
            "labels": {"parallel-job": job},
            "annotations": {"labcluster.dev/ranks": str(lab.values["ranks"]), "labcluster.dev/run-for": "4s"},
        },
        "spec": {
            "restartPolicy": "Never",
            "tolerations": [{"key": "nvidia.com/gpu", "operator": "Exists"}],
            "containers": [{"name": "rank", "image": "localhost/lab/md:1", "resources": {"limits": {"nvidia.com/gpu": 2}}}],
        },
    }
    ### END SOLUTION

# %% [markdown] lang="pt-BR"
# Agora os dois lançadores, ao mesmo tempo. Execute e olhe a vista.

# %% [markdown] lang="en"
# Now both launchers, at the same time. Run this and look at the view.

# %% tags=["nbval-ignore-output"]
import json

items = [rank(job, number) for number in range(lab.values["ranks"]) for job in ("alpha", "beta")]
manifest = json.dumps({"apiVersion": "v1", "kind": "List", "items": [item for item in items if item]})
# !echo '{manifest}' | kubectl apply --validate=false -f - | tail -1

# %% solution="missing"
missing = 0
### BEGIN SOLUTION
missing = 2 * lab.values["ranks"] * 2 - 24
### END SOLUTION
# !kubectl create configmap deadlock --from-literal=missing={missing} --dry-run=client -o yaml | kubectl apply -f -

# %% check="deadlock"

# %% [markdown] lang="pt-BR"
# Espere o quanto quiser: nada muda. As 24 GPUs aparecem como 100% alocadas em qualquer painel, e o trabalho feito é zero. É a pior
# espécie de falha, a que parece saúde. Um humano teria de matar um dos jobs. Veja o que o escalonador tem a dizer:

# %% [markdown] lang="en"
# Wait as long as you like: nothing changes. Any dashboard shows the 24 GPUs as 100% allocated, and the work done is zero. It is the
# worst kind of failure, the one that looks like health. A human would have to kill one of the jobs. See what the scheduler has to say:

# %% tags=["nbval-ignore-output"]
# !kubectl get events --field-selector reason=FailedScheduling | tail -3
# !kubectl delete pods --all | tail -1

# %% [markdown] lang="pt-BR"
# ## 2 · Tudo ou nada (15 min)
#
# O **escalonamento em grupo** (*gang scheduling*) decide por jobs, e não por Pods. No Volcano:
#
# - um **Job** do Volcano (`batch.volcano.sh/v1alpha1`, abreviado `vcjob`) tem `tasks`, cada uma com `replicas` e um `template` de
#   Pod: um mestre e oito trabalhadores são duas tasks de um só Job;
# - o controlador cria para ele um **PodGroup**, que diz quantos Pods têm de ser colocados juntos: `minMember`, copiado de
#   `minAvailable`;
# - o escalonador do Volcano só liga Pods a nós quando há lugar para `minAvailable` deles. Até lá **nenhum** recebe nó, e
#   as GPUs ficam livres para outro.
#
# ```yaml
# apiVersion: batch.volcano.sh/v1alpha1
# kind: Job
# metadata: {name: hello}
# spec:
#   schedulerName: volcano      # quem decide
#   minAvailable: 2             # tudo ou nada: 2 Pods
#   tasks:
#     - name: rank
#       replicas: 2
#       template: {...}         # um Pod como qualquer outro, com metadata e spec
# ```
#
# ### Tarefa 2 · Os mesmos dois jobs, em grupo (4 pontos)
#
# Escreva `alpha` e `beta` como Jobs do Volcano, num manifesto com dois documentos (separados por `---`): `minAvailable` e `replicas` iguais
# a `${ranks}`, uma task `rank`, e o mesmo Pod de antes (rótulo, anotações, tolerância, 2 GPUs, `restartPolicy: Never`). Devem terminar os dois.

# %% [markdown] lang="en"
# ## 2 · All or nothing (15 min)
#
# **Gang scheduling** decides by jobs, not by Pods. In Volcano:
#
# - a Volcano **Job** (`batch.volcano.sh/v1alpha1`, `vcjob` for short) has `tasks`, each with `replicas` and a Pod
#   `template`: one master and eight workers are two tasks of one Job;
# - its controller makes a **PodGroup** for it, which says how many Pods must be placed together: `minMember`, copied from
#   `minAvailable`;
# - Volcano's scheduler binds Pods to nodes only when there is room for `minAvailable` of them. Until then **none** gets a node,
#   and the GPUs stay free for somebody else.
#
# ```yaml
# apiVersion: batch.volcano.sh/v1alpha1
# kind: Job
# metadata: {name: hello}
# spec:
#   schedulerName: volcano      # who decides
#   minAvailable: 2             # all or nothing: 2 Pods
#   tasks:
#     - name: rank
#       replicas: 2
#       template: {...}         # a Pod like any other, with metadata and spec
# ```
#
# ### Task 2 · The same two jobs, as gangs (4 points)
#
# Write `alpha` and `beta` as Volcano Jobs, in a manifest with two documents (separated by `---`): `minAvailable` and `replicas` equal to
# `${ranks}`, one task `rank`, and the same Pod as before (label, annotations, toleration, 2 GPUs, `restartPolicy: Never`). Both must finish.

# %% [raw] kube="apply" solution="gangs"
# # ### BEGIN SOLUTION
# apiVersion: batch.volcano.sh/v1alpha1
# kind: Job
# metadata:
#   name: alpha
# spec:
#   schedulerName: volcano
#   minAvailable: ${ranks}
#   tasks:
#     - name: rank
#       replicas: ${ranks}
#       template:
#         metadata:
#           labels: {parallel-job: alpha}
#           annotations: {labcluster.dev/ranks: "${ranks}", labcluster.dev/run-for: 4s}
#         spec:
#           restartPolicy: Never
#           tolerations: [{key: nvidia.com/gpu, operator: Exists}]
#           containers:
#             - name: rank
#               image: localhost/lab/md:1
#               resources: {limits: {nvidia.com/gpu: 2}}
# ---
# apiVersion: batch.volcano.sh/v1alpha1
# kind: Job
# metadata:
#   name: beta
# spec:
#   schedulerName: volcano
#   minAvailable: ${ranks}
#   tasks:
#     - name: rank
#       replicas: ${ranks}
#       template:
#         metadata:
#           labels: {parallel-job: beta}
#           annotations: {labcluster.dev/ranks: "${ranks}", labcluster.dev/run-for: 4s}
#         spec:
#           restartPolicy: Never
#           tolerations: [{key: nvidia.com/gpu, operator: Exists}]
#           containers:
#             - name: rank
#               image: localhost/lab/md:1
#               resources: {limits: {nvidia.com/gpu: 2}}
# # ### END SOLUTION

# %% check="gang"

# %% tags=["nbval-ignore-output"]
# !kubectl get vcjob
# !kubectl get pods -o wide | head -5
# !kubectl delete vcjob --all | tail -1
# !kubectl delete pods --all | tail -1

# %% [markdown] lang="pt-BR"
# ## 3 · O que não cabe espera inteiro (10 min)
#
# E se um job nunca couber? Com o escalonador padrão ele ocuparia o que conseguisse. Em grupo, ele espera **sem segurar nada**, e
# o PodGroup diz por quê. O preço: enquanto um grupo grande espera, pequenos passam à frente, e ele pode esperar muito (*inanição*);
# por isso sites reais juntam ao grupo reservas, prioridades que crescem com a espera, ou *backfill*.
#
# Nem todo job é rígido. Um treinamento **elástico** (`torchrun --nnodes=${least}:${big}`) começa com o mínimo e aproveita o que houver:
# `minAvailable` menor que `replicas`.
#
# ### Tarefa 3 · Dois jobs grandes demais (4 pontos)
#
# - `giant`: `${big}` ranks de 2 GPUs, todos indispensáveis (rótulo `parallel-job: giant`, `labcluster.dev/ranks: "${big}"`);
# - `elastic`: também `${big}` réplicas de 2 GPUs, mas bastam `${least}` (rótulo `parallel-job: elastic`, `labcluster.dev/ranks: "${least}"`).
#
# Nos dois, `labcluster.dev/run-for: 600s`: ainda queremos vê-los quando a verificação chegar.

# %% [markdown] lang="en"
# ## 3 · What cannot fit waits whole (10 min)
#
# What if a job never fits? With the default scheduler it would take what it could get. As a gang it waits **holding nothing**, and the
# PodGroup says why. The price: while a large gang waits, small ones pass it, and it may wait for long (*starvation*); that is why
# real sites add reservations, priorities that grow with waiting, or *backfill*.
#
# Not every job is rigid. An **elastic** training (`torchrun --nnodes=${least}:${big}`) begins with the minimum and uses what there is:
# `minAvailable` below `replicas`.
#
# ### Task 3 · Two jobs that are too big (4 points)
#
# - `giant`: `${big}` ranks of 2 GPUs, all indispensable (label `parallel-job: giant`, `labcluster.dev/ranks: "${big}"`);
# - `elastic`: `${big}` replicas of 2 GPUs as well, but `${least}` are enough (label `parallel-job: elastic`, `labcluster.dev/ranks: "${least}"`).
#
# In both, `labcluster.dev/run-for: 600s`: we still want to see them when the check comes.

# %% [raw] kube="apply" solution="giant"
# # ### BEGIN SOLUTION
# apiVersion: batch.volcano.sh/v1alpha1
# kind: Job
# metadata:
#   name: giant
# spec:
#   schedulerName: volcano
#   minAvailable: ${big}
#   tasks:
#     - name: rank
#       replicas: ${big}
#       template:
#         metadata:
#           labels: {parallel-job: giant}
#           annotations: {labcluster.dev/ranks: "${big}", labcluster.dev/run-for: 600s}
#         spec:
#           restartPolicy: Never
#           tolerations: [{key: nvidia.com/gpu, operator: Exists}]
#           containers:
#             - name: rank
#               image: localhost/lab/md:1
#               resources: {limits: {nvidia.com/gpu: 2}}
# # ### END SOLUTION

# %% [raw] kube="apply" solution="elastic"
# # ### BEGIN SOLUTION
# apiVersion: batch.volcano.sh/v1alpha1
# kind: Job
# metadata:
#   name: elastic
# spec:
#   schedulerName: volcano
#   minAvailable: ${least}
#   tasks:
#     - name: rank
#       replicas: ${big}
#       template:
#         metadata:
#           labels: {parallel-job: elastic}
#           annotations: {labcluster.dev/ranks: "${least}", labcluster.dev/run-for: 600s}
#         spec:
#           restartPolicy: Never
#           tolerations: [{key: nvidia.com/gpu, operator: Exists}]
#           containers:
#             - name: rank
#               image: localhost/lab/md:1
#               resources: {limits: {nvidia.com/gpu: 2}}
# # ### END SOLUTION

# %% check="too-big"

# %% tags=["nbval-ignore-output"]
# !kubectl get podgroups.scheduling.volcano.sh -o custom-columns=NAME:.metadata.name,PHASE:.status.phase,MIN:.spec.minMember,WHY:.status.conditions[-1].message
# !kubectl delete vcjob --all | tail -1
# !kubectl delete pods --all | tail -1

# %% [markdown] lang="pt-BR"
# ## 4 · Filas e partes justas (15 min)
#
# Um site é de muitos. No Slurm há *accounts*, *fairshare* e partições; no Volcano há **Queues**. Uma fila tem um peso (`weight`), e quando
# **falta** recurso cada fila com trabalho merece `total × peso / soma dos pesos`. Quando sobra, uma fila pode usar o que as outras não
# usam; se elas voltarem, o que foi emprestado é tomado de volta (ação *reclaim*), desde que a fila que o usa seja `reclaimable`.
#
# Uma fila é do cluster, não de um namespace: em produção só a administração cria filas. Aqui a administração é você.
#
# ### Tarefa 4 · Reparta o site (4 pontos)
#
# Crie as filas `physics`, com peso `${weight}`, e `biology`, com peso 1, ambas `reclaimable: true` (`apiVersion:
# scheduling.volcano.sh/v1beta1`, `kind: Queue`). **Antes** de encher as filas, preveja quantas das 24 GPUs `physics` terá.

# %% [markdown] lang="en"
# ## 4 · Queues and fair shares (15 min)
#
# A site belongs to many. Slurm has accounts, fairshare and partitions; Volcano has **Queues**. A queue has a weight, and when resources
# are **short**, each queue that has work deserves `total × weight / sum of weights`. When there is plenty, a queue may use what others do
# not; if they come back, what was lent is taken back (the action *reclaim*), provided that the queue that uses it is `reclaimable`.
#
# A queue belongs to the cluster, not to a namespace: in production only administrators create queues. Here the administrator is you.
#
# ### Task 4 · Share the site (4 points)
#
# Create the queues `physics`, with weight `${weight}`, and `biology`, with weight 1, both `reclaimable: true` (`apiVersion:
# scheduling.volcano.sh/v1beta1`, `kind: Queue`). **Before** you fill the queues, predict how many of the 24 GPUs `physics` will have.

# %% [raw] kube="apply" solution="two-queues"
# # ### BEGIN SOLUTION
# apiVersion: scheduling.volcano.sh/v1beta1
# kind: Queue
# metadata:
#   name: physics
# spec:
#   weight: ${weight}
#   reclaimable: true
# ---
# apiVersion: scheduling.volcano.sh/v1beta1
# kind: Queue
# metadata:
#   name: biology
# spec:
#   weight: 1
#   reclaimable: true
# # ### END SOLUTION

# %% solution="shares"
physics_gpus = 0
### BEGIN SOLUTION
physics_gpus = 24 * lab.values["weight"] // (lab.values["weight"] + 1)
### END SOLUTION
# !kubectl create configmap shares --from-literal=physics={physics_gpus} --dry-run=client -o yaml | kubectl apply -f -

# %% [markdown] lang="pt-BR"
# Agora cada grupo submete 24 simulações independentes de 1 GPU: o dobro do que cabe. (`minAvailable: 1`: não são um grupo.)

# %% [markdown] lang="en"
# Now each group submits 24 independent simulations of 1 GPU: twice what fits. (`minAvailable: 1`: they are no gang.)

# %% [raw] kube="apply"
# apiVersion: batch.volcano.sh/v1alpha1
# kind: Job
# metadata: {name: physics}
# spec:
#   schedulerName: volcano
#   queue: physics
#   minAvailable: 1
#   tasks:
#     - name: sim
#       replicas: 24
#       template:
#         metadata: {labels: {queue: physics}, annotations: {labcluster.dev/run-for: 600s}}
#         spec:
#           restartPolicy: Never
#           tolerations: [{key: nvidia.com/gpu, operator: Exists}]
#           containers: [{name: sim, image: "localhost/lab/md:1", resources: {limits: {nvidia.com/gpu: 1}}}]
# ---
# apiVersion: batch.volcano.sh/v1alpha1
# kind: Job
# metadata: {name: biology}
# spec:
#   schedulerName: volcano
#   queue: biology
#   minAvailable: 1
#   tasks:
#     - name: sim
#       replicas: 24
#       template:
#         metadata: {labels: {queue: biology}, annotations: {labcluster.dev/run-for: 600s}}
#         spec:
#           restartPolicy: Never
#           tolerations: [{key: nvidia.com/gpu, operator: Exists}]
#           containers: [{name: sim, image: "localhost/lab/md:1", resources: {limits: {nvidia.com/gpu: 1}}}]

# %% check="queues"

# %% tags=["nbval-ignore-output"]
# !kubectl get queues.scheduling.volcano.sh -o custom-columns=NAME:.metadata.name,WEIGHT:.spec.weight,ALLOCATED:.status.allocated
# !kubectl delete vcjob --all | tail -1
# !kubectl delete pods --all | tail -1

# %% [markdown] lang="pt-BR"
# ## 5 · Prioridade e preempção (10 min)
#
# Chega um alerta de tempestade: a previsão do tempo tem de rodar **agora**, num site cheio. Prioridade decide a ordem de quem espera;
# **preempção** tira lugar de quem já roda. No Volcano a ação `preempt` age dentro de uma fila, e só contra jobs de prioridade menor.
# Os despejados perdem o trabalho feito desde o último *checkpoint*: preempção só é barata para quem salva o seu estado.
#
# O `scavenger` abaixo aceita esse trato: prioridade 100, usa o que sobra. Ele enche o site com 12 ranks independentes de 2 GPUs.

# %% [markdown] lang="en"
# ## 5 · Priority and preemption (10 min)
#
# A storm warning arrives: the weather forecast must run **now**, on a full site. Priority decides the order of those who wait;
# **preemption** takes the place of those who run. In Volcano the action `preempt` works within one queue, and only against jobs of lower
# priority. The evicted lose the work since their last checkpoint: preemption is cheap only for those who save their state.
#
# The `scavenger` below accepts that deal: priority 100, it uses what is left over. It fills the site with 12 independent ranks of 2 GPUs.

# %% [raw] kube="apply"
# apiVersion: scheduling.k8s.io/v1
# kind: PriorityClass
# metadata: {name: scavenge}
# value: 100
# ---
# apiVersion: batch.volcano.sh/v1alpha1
# kind: Job
# metadata: {name: scavenger}
# spec:
#   schedulerName: volcano
#   priorityClassName: scavenge
#   minAvailable: 1
#   tasks:
#     - name: sim
#       replicas: 12
#       template:
#         metadata: {labels: {app: scavenger}, annotations: {labcluster.dev/run-for: 600s}}
#         spec:
#           priorityClassName: scavenge
#           restartPolicy: Never
#           tolerations: [{key: nvidia.com/gpu, operator: Exists}]
#           containers: [{name: sim, image: "localhost/lab/md:1", resources: {limits: {nvidia.com/gpu: 2}}}]

# %% tags=["nbval-ignore-output"]
# !kubectl wait vcjob/scavenger --for=jsonpath='{.status.running}'=12 --timeout=20s

# %% [markdown] lang="pt-BR"
# ### Tarefa 5 · A previsão do tempo não espera (4 pontos)
#
# Num manifesto: a PriorityClass `urgent` (`scheduling.k8s.io/v1`), de valor maior que 100, e o Job do Volcano `forecast` que a usa em
# `spec.priorityClassName`: `${urgent}` ranks de **4** GPUs (um nó inteiro cada um), tudo ou nada, rótulo `parallel-job: forecast`,
# `labcluster.dev/ranks: "${urgent}"`, `labcluster.dev/run-for: 600s`. E calcule: quantos ranks de `scavenger` terão de ceder o lugar?

# %% [markdown] lang="en"
# ### Task 5 · The weather forecast does not wait (4 points)
#
# In one manifest: the PriorityClass `urgent` (`scheduling.k8s.io/v1`), with a value above 100, and the Volcano Job `forecast` that uses it in
# `spec.priorityClassName`: `${urgent}` ranks of **4** GPUs (a whole node each), all or nothing, label `parallel-job: forecast`,
# `labcluster.dev/ranks: "${urgent}"`, `labcluster.dev/run-for: 600s`. And work out: how many ranks of `scavenger` will have to give way?

# %% [raw] kube="apply" solution="forecast"
# # ### BEGIN SOLUTION
# apiVersion: scheduling.k8s.io/v1
# kind: PriorityClass
# metadata:
#   name: urgent
# value: 1000
# ---
# apiVersion: batch.volcano.sh/v1alpha1
# kind: Job
# metadata:
#   name: forecast
# spec:
#   schedulerName: volcano
#   priorityClassName: urgent
#   minAvailable: ${urgent}
#   tasks:
#     - name: rank
#       replicas: ${urgent}
#       template:
#         metadata:
#           labels: {parallel-job: forecast}
#           annotations: {labcluster.dev/ranks: "${urgent}", labcluster.dev/run-for: 600s}
#         spec:
#           priorityClassName: urgent
#           restartPolicy: Never
#           tolerations: [{key: nvidia.com/gpu, operator: Exists}]
#           containers:
#             - name: rank
#               image: localhost/lab/md:1
#               resources: {limits: {nvidia.com/gpu: 4}}
# # ### END SOLUTION

# %% solution="victims"
victims = 0
### BEGIN SOLUTION
victims = lab.values["urgent"] * 4 // 2
### END SOLUTION
# !kubectl create configmap preemption --from-literal=victims={victims} --dry-run=client -o yaml | kubectl apply -f -

# %% check="priority"

# %% tags=["nbval-ignore-output"]
# !kubectl get events --field-selector reason=Evict | tail -4
# !kubectl delete vcjob --all | tail -1
# !kubectl delete pods --all | tail -1

# %% [markdown] lang="pt-BR"
# ## 6 · Perto uns dos outros (10 min)
#
# Um *all-reduce* anda no passo do enlace mais lento. Dentro de um nó as GPUs falam por NVLink (centenas de GB/s); dentro do rack, por um
# switch InfiniBand; entre racks a rede é compartilhada. Um grupo inteiro **no lugar errado** perde o que o grupo ganhou.
#
# Duas ferramentas servem no Volcano 1.10:
#
# - **afinidade entre Pods** (de todo Kubernetes): com `topologyKey: topology.kubernetes.io/zone`, aqui o rack (rack-a: gpu-1, 3 e 5;
#   rack-b: gpu-2, 4 e 6). `required...` transforma a preferência em condição: sem um rack com lugar, o grupo espera;
# - o plugin **task-topology**: uma anotação no Job diz que *tasks* querem o mesmo nó (`volcano.sh/task-topology-affinity`) ou nós
#   diferentes (`...-anti-affinity`).
#
# Versões mais novas descrevem a rede como uma árvore, com objetos **HyperNode** (nó, rack, fileira), e o escalonador procura o menor galho
# em que o grupo cabe, sem que cada manifesto repita a regra. O 1.10 ainda não os tem, e por isso aqui só os citamos.
#
# ### Tarefa 6 · Um rack, um nó (4 pontos)
#
# - `trainer`: 1 `ps` e 3 `worker` (duas tasks) de 1 GPU, `minAvailable: 4`, **no mesmo nó** pela anotação do task-topology;
# - `solver`: 4 ranks de 2 GPUs, tudo ou nada, **todos no mesmo rack** por `podAffinity` obrigatória.
#
# Rótulos `parallel-job: solver` e `parallel-job: trainer`; `labcluster.dev/ranks` "4" nos dois; `labcluster.dev/run-for: 600s`.

# %% [markdown] lang="en"
# ## 6 · Near each other (10 min)
#
# An all-reduce moves at the pace of its slowest link. Within a node GPUs talk through NVLink (hundreds of GB/s); within a rack, through an
# InfiniBand switch; between racks the network is shared. A whole gang **in the wrong place** loses what the gang had won.
#
# Two tools serve in Volcano 1.10:
#
# - **affinity between Pods** (every Kubernetes has it): with `topologyKey: topology.kubernetes.io/zone`, here the rack (rack-a: gpu-1, 3
#   and 5; rack-b: gpu-2, 4 and 6). `required...` turns the wish into a condition: without a rack that has room, the gang waits;
# - the **task-topology** plugin: an annotation of the Job says which tasks want the same node (`volcano.sh/task-topology-affinity`) or
#   different ones (`...-anti-affinity`).
#
# Newer versions describe the network as a tree of **HyperNode** objects (node, rack, row), and the scheduler looks for the smallest
# branch that holds the gang, so that no manifest repeats the rule. Version 1.10 lacks them, so here they are only mentioned.
#
# ### Task 6 · One rack, one node (4 points)
#
# - `trainer`: 1 `ps` and 3 `worker` (two tasks) of 1 GPU, `minAvailable: 4`, **on one node** by task-topology's annotation;
# - `solver`: 4 ranks of 2 GPUs, all or nothing, **all in one rack** by a required `podAffinity`.
#
# Labels `parallel-job: solver` and `parallel-job: trainer`; `labcluster.dev/ranks` "4" in both; `labcluster.dev/run-for: 600s`.

# %% [raw] kube="apply" solution="trainer"
# # ### BEGIN SOLUTION
# apiVersion: batch.volcano.sh/v1alpha1
# kind: Job
# metadata:
#   name: trainer
#   annotations: {volcano.sh/task-topology-affinity: "ps,worker"}
# spec:
#   schedulerName: volcano
#   minAvailable: 4
#   tasks:
#     - name: ps
#       replicas: 1
#       template:
#         metadata:
#           labels: {parallel-job: trainer}
#           annotations: {labcluster.dev/ranks: "4", labcluster.dev/run-for: 600s}
#         spec:
#           restartPolicy: Never
#           tolerations: [{key: nvidia.com/gpu, operator: Exists}]
#           containers: [{name: ps, image: "localhost/lab/md:1", resources: {limits: {nvidia.com/gpu: 1}}}]
#     - name: worker
#       replicas: 3
#       template:
#         metadata:
#           labels: {parallel-job: trainer}
#           annotations: {labcluster.dev/ranks: "4", labcluster.dev/run-for: 600s}
#         spec:
#           restartPolicy: Never
#           tolerations: [{key: nvidia.com/gpu, operator: Exists}]
#           containers: [{name: worker, image: "localhost/lab/md:1", resources: {limits: {nvidia.com/gpu: 1}}}]
# # ### END SOLUTION

# %% [raw] kube="apply" solution="solver"
# # ### BEGIN SOLUTION
# apiVersion: batch.volcano.sh/v1alpha1
# kind: Job
# metadata:
#   name: solver
# spec:
#   schedulerName: volcano
#   minAvailable: 4
#   tasks:
#     - name: rank
#       replicas: 4
#       template:
#         metadata:
#           labels: {parallel-job: solver}
#           annotations: {labcluster.dev/ranks: "4", labcluster.dev/run-for: 600s}
#         spec:
#           restartPolicy: Never
#           tolerations: [{key: nvidia.com/gpu, operator: Exists}]
#           affinity:
#             podAffinity:
#               requiredDuringSchedulingIgnoredDuringExecution:
#                 - labelSelector: {matchLabels: {parallel-job: solver}}
#                   topologyKey: topology.kubernetes.io/zone
#           containers:
#             - name: rank
#               image: localhost/lab/md:1
#               resources: {limits: {nvidia.com/gpu: 2}}
# # ### END SOLUTION

# %% check="topology"

# %% tags=["nbval-ignore-output"]
# !kubectl get pods -o wide
# !kubectl delete vcjob --all | tail -1
# !kubectl delete pods --all | tail -1

# %% [markdown] lang="pt-BR"
# ## 7 · A mesma carga, quatro escalonadores (10 min)
#
# O Volcano não é o único caminho. Quatro maneiras de rodar jobs paralelos no mesmo cluster:
#
# | quem decide | o que decide | o job é | tudo ou nada? |
# |---|---|---|---|
# | escalonador padrão | um Pod por vez | Pods soltos | não |
# | **Volcano** | grupos, filas, preempção; *no lugar* do escalonador padrão | `vcjob` (PodGroup) | sim, por lugar em nós |
# | **Kueue** | se o job inteiro cabe na *cota* da fila; quem escolhe os nós continua a ser o padrão | `Job` com o rótulo `kueue.x-k8s.io/queue-name`, suspenso até ser admitido | sim, por cota |
# | o padrão com **PodGroup** (Kubernetes 1.36, alfa) | grupos, dentro do próprio escalonador padrão | Pods com `schedulingGroup`, e um `PodGroup` | sim, por lugar em nós |
#
# A diferença entre *cota* e *lugar* pesa quando o site está fragmentado: o Kueue admite um job que cabe na conta e não em nó
# nenhum. Em troca, ele não substitui nada e serve a qualquer `Job`.
#
# Uma impressão não é uma medida. A célula abaixo submete **a mesma carga** (quatro jobs paralelos, que chegam ao longo de quatro
# segundos) a cada um dos quatro, e mede:
#
# - **makespan**: do primeiro job submetido ao último terminado;
# - **utilização**: GPU-segundos de cálculo ÷ GPU-segundos disponíveis nesse tempo;
# - **espera**: média, por job, da submissão ao começo do cálculo;
# - **GPU-segundos perdidos**: GPUs seguradas por ranks que esperavam pelos pares.
#
# Cada cor é um job; a parte clara da barra é espera com GPUs na mão, a escura é cálculo. Um impasse é reconhecido quando, com GPUs
# seguradas, nada calcula nem muda por 8 segundos. Na primeira vez a célula traz o Kueue para o seu cluster e liga o PodGroup do
# escalonador padrão (o plano de controle reinicia uma vez; seus objetos ficam). Leva cerca de um minuto e meio; não vale pontos, mas a
# pergunta seguinte se apoia nela. (Hardware simulado, decisões reais.)

# %% [markdown] lang="en"
# ## 7 · The same load, four schedulers (10 min)
#
# Volcano is not the only way. Four ways to run parallel jobs on one cluster:
#
# | who decides | what it decides | the job is | all or nothing? |
# |---|---|---|---|
# | default scheduler | one Pod at a time | loose Pods | no |
# | **Volcano** | gangs, queues, preemption; *in place of* the default scheduler | a `vcjob` (PodGroup) | yes, by room on nodes |
# | **Kueue** | whether the whole job fits the queue's *quota*; nodes are still chosen by the default scheduler | a `Job` with the label `kueue.x-k8s.io/queue-name`, suspended until it is admitted | yes, by quota |
# | the default one with a **PodGroup** (Kubernetes 1.36, alpha) | gangs, within the default scheduler itself | Pods with a `schedulingGroup`, and a `PodGroup` | yes, by room on nodes |
#
# The difference between *quota* and *room* matters on a fragmented site: Kueue admits a job that fits the account and no
# node. In return it replaces nothing, and serves any `Job`.
#
# An impression is not a measurement. The cell below submits **the same load** (four parallel jobs, which arrive over four
# seconds) to each of the four, and measures:
#
# - **makespan**: from the first job's submission to the last one's end;
# - **utilisation**: GPU-seconds of computing ÷ GPU-seconds available in that time;
# - **waiting**: mean over jobs, from submission to the beginning of computing;
# - **wasted GPU-seconds**: GPUs held by ranks that waited for their peers.
#
# Each colour is a job; the light part of a bar is waiting with GPUs in hand, the dark part is computing. A deadlock is recognised when,
# with GPUs held, nothing computes and nothing changes for 8 seconds. The first time, the cell brings Kueue into your cluster and turns on
# the default scheduler's PodGroups (the control plane restarts once; your objects stay). It takes about a minute and a half; it gives no
# points, but the next question leans on it. (Simulated hardware, real decisions.)

# %% tags=["nbval-ignore-output"]
from labkit.gangs import compare, racks

compare(lab, schedulers=("default", "volcano", "kueue", "native"))

# %% [markdown] lang="pt-BR"
# ### Perto, sem Volcano
#
# Na seção 6, cada manifesto repetia a regra do rack como `podAffinity`. O PodGroup do Kubernetes 1.36 diz o mesmo **do grupo**:
# `schedulingConstraints.topology`, com o rótulo que separa os racks. O escalonador experimenta rack por rack e só coloca o grupo onde ele
# cabe **inteiro**; um `podAffinity` decide Pod a Pod, e pode começar num rack em que o resto não cabe. A célula submete três grupos de 12
# GPUs, o tamanho exato de um rack, a um site de dois racks: veja onde cada um ficou, e o que o terceiro diz.

# %% [markdown] lang="en"
# ### Near, without Volcano
#
# In section 6 each manifest repeated the rack's rule as `podAffinity`. The PodGroup of Kubernetes 1.36 says the same **of the gang**:
# `schedulingConstraints.topology`, with the label that tells racks apart. The scheduler tries rack by rack and places the gang only where
# it fits **whole**; a `podAffinity` decides Pod by Pod, and may begin in a rack that has no room for the rest. The cell submits three gangs
# of 12 GPUs, exactly a rack's size, to a site of two racks: see where each one went, and what the third one says.

# %% tags=["nbval-ignore-output"]
racks(lab)

# %% [markdown] reflect="which-scheduler" points=4 lang="pt-BR"
# ### Reflexão (4 pontos, corrigida por uma pessoa)
#
# O seu centro tem 40 nós com 4 GPUs. De dia chegam notebooks interativos de 1 GPU e serviços de inferência; à noite, treinamentos
# distribuídos de 64 GPUs; duas vezes por semana, um job urgente de um serviço público. Três grupos pagaram pelo site em partes 2:1:1.
#
# Em 10 a 15 linhas: onde o escalonamento em grupo é indispensável, e onde só atrapalha? Que filas, pesos e prioridades você
# configuraria, e quem perde quando? Que risco o tudo-ou-nada cria para os treinamentos grandes, e como você o reduz? Apoie um dos
# argumentos num número que você mediu neste laboratório, e diga o que a simulação **não** permite concluir.
#
# ### BEGIN SOLUTION
# **Resposta-modelo.** Grupo é indispensável nos treinamentos de 64 GPUs: começar com parte deles segura GPUs sem trabalho e pode travar o
# site (na tarefa 1, 24 GPUs ocupadas, zero trabalho). Notebooks e inferência são Pods independentes: um grupo de um só não muda nada, e
# exigir vários de uma vez só os atrasaria. Três filas com pesos 2:1:1, `reclaimable`, para que o que um grupo não usa sirva aos outros
# e seja devolvido; quem perde é quem usava o emprestado, com Pods despejados. Duas ou três classes de prioridade: serviço público acima
# dos treinamentos, jobs de sobra abaixo; os despejados perdem o trabalho desde o último checkpoint, e a preempção age dentro de uma fila. O
# risco do tudo-ou-nada é a inanição: de dia sempre há 1 GPU pedida, e 64 nunca ficam livres juntas. Reduz-se com reserva noturna, limite por
# fila para os interativos, prioridade que cresce com a espera, ou treinamento elástico (`minAvailable` < `replicas`). A simulação não diz
# nada sobre o tempo de um all-reduce entre racks, a carga de imagens, falhas de nós ou o custo real de um despejo: decisões são reais,
# durações são declaradas.
#
# **Rubrica.** 1 ponto: onde o grupo é indispensável e onde não, com a razão. 1 ponto: filas e prioridades coerentes com 2:1:1 e com
# o job urgente, e quem perde. 1 ponto: a inanição (ou outro custo real do tudo-ou-nada) e um modo de reduzi-la. 1 ponto: um número medido
# aqui, usado como argumento, **e** um limite da simulação. Meio ponto quando a ideia aparece sem a razão.
# ### END SOLUTION

# %% [markdown] reflect="which-scheduler" points=4 lang="en"
# ### Reflection (4 points, graded by a person)
#
# Your centre has 40 nodes with 4 GPUs. By day come interactive notebooks of 1 GPU and inference services; by night, distributed
# trainings of 64 GPUs; twice a week, an urgent job of a public service. Three groups paid for the site in parts 2:1:1.
#
# In 10 to 15 lines: where is gang scheduling indispensable, and where is it only in the way? Which queues, weights and priorities would
# you set, and who loses when? Which risk does all-or-nothing create for the large trainings, and how do you reduce it? Support one of
# your arguments with a number that you measured in this lab, and say what the simulation does **not** allow you to conclude.
#
# ### BEGIN SOLUTION
# **Model answer.** A gang is indispensable for the trainings of 64 GPUs: to begin with a part of them holds GPUs without work and may lock
# the site (in task 1, 24 GPUs taken, zero work). Notebooks and inference are independent Pods: a gang of one changes nothing, and to
# demand several at once would only delay them. Three queues with weights 2:1:1, `reclaimable`, so that what one group does not use serves
# the others and is given back; who loses is who used what was lent, by evicted Pods. Two or three priority classes: the public service above
# the trainings, left-over jobs below; the evicted lose the work since their last checkpoint, and preemption works within one queue. The
# risk of all-or-nothing is starvation: by day somebody always asks for 1 GPU, and 64 are never free together. It is reduced by a nightly
# reservation, a cap on the interactive queue, priority that grows with waiting, or elastic training (`minAvailable` < `replicas`). The
# simulation says nothing about the time of an all-reduce between racks, the pulling of images, failing nodes or the true cost of an
# eviction: decisions are real, durations are declared.
#
# **Rubric.** 1 point: where a gang is indispensable and where not, with the reason. 1 point: queues and priorities consistent with 2:1:1 and
# the urgent job, and who loses. 1 point: starvation (or another real cost of all-or-nothing) and a way to reduce it. 1 point: a number
# measured here, used as an argument, **and** a limit of the simulation. Half a point where the idea is there without its reason.
# ### END SOLUTION

# %% [markdown] lang="pt-BR"
# ## O que fica
#
# - O escalonador padrão decide por Pod. Dois jobs paralelos pela metade travam um site, e todo painel diz 100%.
# - Em grupo: lugar para `minAvailable`, ou nada. O que espera não segura nada; o preço é a inanição dos grandes.
# - Pesos repartem o que falta; o que sobra é emprestado, e tomado de volta.
# - Preempção tem vítimas. Pergunte sempre quem são, e o que perdem.
# - Colocar o grupo inteiro não basta: coloque-o perto.
#
# - Volcano troca o escalonador, Kueue põe filas diante dele, e o Kubernetes 1.36 começa a fazer grupos por si (alfa). Meça antes de
#   escolher.
#
# No Slurm tudo isto existe há vinte anos, com outros nomes. Antes de entregar, use *Ensaiar*.

# %% [markdown] lang="en"
# ## What remains
#
# - The default scheduler decides Pod by Pod. Two half-placed parallel jobs lock up a site, and every dashboard says 100%.
# - As a gang: room for `minAvailable`, or nothing. What waits holds nothing; the price is starvation of the large.
# - Weights share what is short; what is spare is lent, and taken back.
# - Preemption has victims. Always ask who they are, and what they lose.
# - To place the whole gang is not enough: place it near.
#
# - Volcano replaces the scheduler, Kueue puts queues in front of it, and Kubernetes 1.36 begins to place gangs by itself (alpha). Measure
#   before you choose.
#
# Slurm has had all this for twenty years, under other names. Before you hand in, use *Rehearse*.

# %%
rehearse()
