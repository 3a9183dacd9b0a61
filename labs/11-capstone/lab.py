# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
# ---

# %% [markdown] lang="pt-BR"
# # 11 · Projeto final: um site, dois grupos, cinco cargas
#
# **Tempo:** 75 a 90 minutos · **Antes:** `04-deployments`, `05-batch-hpc`, `06-gpu-scheduling`, `07-volcano-gang`; `10-security` ajuda ·
# **6 tarefas, 30 pontos**, mais um ensaio (6 pontos)
#
# Até aqui cada laboratório ensinou uma ferramenta e disse qual usar. Um centro de computação não faz isso: entrega um **edital**, com
# cargas, prazos e regras, e espera um plano. Hoje você recebe o edital e projeta o plano. **Os nomes e os tipos dos objetos são
# seus**: Job indexado ou Job do Volcano, DaemonSet ou Deployment, fila ou partição feita à mão. O que se julga é o que
# *aconteceu*: quem terminou, quando, onde, e a quem isso custou.
#
# Ao final você saberá:
#
# 1. ler um edital e traduzir cada exigência no objeto que a garante;
# 2. calcular, antes de submeter, o que cabe num site e em quanto tempo;
# 3. fazer conviver um serviço, duas varreduras, um job paralelo, um treinamento e agentes de campo, sob uma cota;
# 4. provar, com os horários dos próprios Pods, que prazo e partes justas foram cumpridos;
# 5. defender as suas escolhas por escrito.
#
# > **O que aqui é simulado.** O hardware (KWOK): nenhum programa roda, e nenhuma imagem é baixada; os digests estão no lugar dos que um
# > *registry* publicaria. Um Pod que termina vive o que diz a anotação `labcluster.dev/run-for`, e um **rank** (rótulo `parallel-job`)
# > só conta esse tempo quando rodam tantos pares quantos diz `labcluster.dev/ranks`. São de verdade o API server, os escalonadores, os
# > controladores, a cota e os orçamentos de interrupção. Um segundo daqui vale um minuto de um dia de verdade.

# %% [markdown] lang="en"
# # 11 · Capstone: one site, two groups, five workloads
#
# **Time:** 75 to 90 minutes · **Before it:** `04-deployments`, `05-batch-hpc`, `06-gpu-scheduling`, `07-volcano-gang`; `10-security` helps ·
# **6 tasks, 30 points**, and an essay (6 points)
#
# So far each lab has taught one tool and said which to use. A computing centre does not: it hands out a **brief**, with workloads,
# deadlines and rules, and expects a plan. Today you receive the brief and design the plan. **Names and kinds of objects are
# yours**: an Indexed Job or a Volcano Job, a DaemonSet or a Deployment, a queue or a partition made by hand. What is judged is what
# *happened*: who ended, when, where, and at whose expense.
#
# By the end you will be able to:
#
# 1. read a brief and translate each demand into the object that guarantees it;
# 2. work out, before you submit, what fits on a site and in how much time;
# 3. let a service, two sweeps, a parallel job, a training and agents in the field live together under one quota;
# 4. prove, by the Pods' own times, that deadline and fair shares were kept;
# 5. defend your choices in writing.
#
# > **What is simulated here.** The hardware (KWOK): no program runs, and no image is pulled; the digests stand for those that a
# > registry would publish. A Pod that ends lives for as long as its annotation `labcluster.dev/run-for` says, and a **rank** (label
# > `parallel-job`) counts that time only while as many peers run as `labcluster.dev/ranks` says. Real are the API server, the schedulers,
# > the controllers, the quota and the disruption budgets. One second here stands for a minute of a real day.

# %%
# %load_ext labkit
from labkit import start
lab = start("11-capstone")
check, cluster_view, rehearse = lab.check, lab.cluster_view, lab.rehearse

# %% [markdown] lang="pt-BR"
# ## 1 · O edital (10 min)
#
# O **site** (rótulo `site=capstone` em cada nó; `kubectl get nodes -l site=capstone -L partition,gpu.model` mostra tudo):
#
# | partição (`partition=`) | nós | cada nó tem | taint |
# |---|---|---|---|
# | `sliced` | 2 | 7 fatias de GPU, recurso `nvidia.com/mig-1g.10gb`; 64 CPUs | `nvidia.com/gpu` |
# | `serve` | 3 | 8 GPUs `nvidia.com/gpu`, modelo `l40`; 32 CPUs | `nvidia.com/gpu` |
# | `train` | 3 + 3 | 4 GPUs `nvidia.com/gpu`, `gpu.model` `gh200` ou `b300`; 64 CPUs | `nvidia.com/gpu` |
# | `tight` | 4 + 4 | 1 adaptador InfiniBand, recurso `rdma/hca`; fileira em `topology.kubernetes.io/zone` | `fabric` |
# | `field` | 3 | uma estação de medida: 2 CPUs, 4 GiB | `edge` |
#
# As **cargas**. Cada Pod leva o rótulo `part`, e é por ele que será reconhecido:
#
# | `part` | o que é | exigência |
# |---|---|---|
# | `inference` | um serviço: `${replicas}` réplicas, 1 GPU cada, que não terminam | nunca menos de `${replicas}` − 1 prontas, também quando a administração esvazia um nó |
# | `collector` | um agente em **cada** estação de campo | no máximo 250m de CPU e 128Mi |
# | `sweep` | simulações independentes de dois grupos (rótulo `group`): `climate`, `${climate}`; `genomics`, `${genomics}`; cada uma 1 fatia, 1 CPU, 4Gi, `run-for: 2s` | tudo pronto em `${deadline}` s; enquanto os dois esperam, climate tem `${weight}` fatias para cada 1 de genomics |
# | `solver` | um job MPI: `${ranks}` ranks, cada um com 1 `rdma/hca`, 8 CPUs, 16Gi, `run-for: 4s` | colocado inteiro, numa só fileira |
# | `training` | um treinamento: `${workers}` trabalhadores, cada um com 4 GPUs `${model}`, 8 CPUs, 64Gi, `run-for: 5s` | só nesse modelo |
#
# As **regras**: no máximo `${cpu_quota}` CPUs e `${gpu_quota}` GPUs pedidas de uma vez pelo namespace inteiro; requests **e** limits de
# CPU e memória em todo contêiner; imagens só pelo digest publicado (os seus valores `md`, `trainer`, `web` e `collector`); todo Pod no
# nível `restricted` do Pod Security. E o site não é só seu: um **vizinho** ocupa dois nós de cada fileira no começo do dia.
#
# Antes de escrever YAML, faça a conta. A célula mostra o que as cargas pedem, o que o site tem, e o que nenhum plano vence.

# %% [markdown] lang="en"
# ## 1 · The brief (10 min)
#
# The **site** (label `site=capstone` on each node; `kubectl get nodes -l site=capstone -L partition,gpu.model` shows it all):
#
# | partition (`partition=`) | nodes | each node has | taint |
# |---|---|---|---|
# | `sliced` | 2 | 7 slices of GPU, resource `nvidia.com/mig-1g.10gb`; 64 CPUs | `nvidia.com/gpu` |
# | `serve` | 3 | 8 GPUs `nvidia.com/gpu`, model `l40`; 32 CPUs | `nvidia.com/gpu` |
# | `train` | 3 + 3 | 4 GPUs `nvidia.com/gpu`, `gpu.model` `gh200` or `b300`; 64 CPUs | `nvidia.com/gpu` |
# | `tight` | 4 + 4 | 1 InfiniBand adapter, resource `rdma/hca`; its row in `topology.kubernetes.io/zone` | `fabric` |
# | `field` | 3 | a measuring station: 2 CPUs, 4 GiB | `edge` |
#
# The **workloads**. Each Pod carries the label `part`, and it is by this label that it will be known:
#
# | `part` | what it is | demand |
# |---|---|---|
# | `inference` | a service: `${replicas}` replicas, 1 GPU each, which never end | never fewer than `${replicas}` − 1 ready, also when the administration drains a node |
# | `collector` | an agent at **each** station in the field | at most 250m of CPU and 128Mi |
# | `sweep` | independent simulations of two groups (label `group`): `climate`, `${climate}`; `genomics`, `${genomics}`; each 1 slice, 1 CPU, 4Gi, `run-for: 2s` | all done in `${deadline}` s; while both are waiting, climate has `${weight}` slices for each 1 of genomics |
# | `solver` | an MPI job: `${ranks}` ranks, each with 1 `rdma/hca`, 8 CPUs, 16Gi, `run-for: 4s` | placed whole, in a single row |
# | `training` | a training: `${workers}` workers, each with 4 GPUs `${model}`, 8 CPUs, 64Gi, `run-for: 5s` | on that model only |
#
# The **rules**: at most `${cpu_quota}` CPUs and `${gpu_quota}` GPUs requested at once by the whole namespace; requests **and** limits of CPU
# and memory in every container; images only by their published digest (your values `md`, `trainer`, `web` and `collector`); every Pod at
# the level `restricted` of Pod Security. And the site is not yours alone: a **neighbour** holds two nodes of each row at the beginning of the day.
#
# Before you write YAML, do the sum. The cell shows what the workloads ask for, what the site has, and what no plan can beat.

# %%
v = lab.values
runs = v["climate"] + v["genomics"]
asked = {"sweep": runs, "solver": 8 * v["ranks"], "training": 8 * v["workers"], "inference": v["replicas"], "collector": 1}
print("CPU  ", asked, "sum", sum(asked.values()), "quota", v["cpu_quota"])
print("GPU  ", {"training": 4 * v["workers"], "inference": v["replicas"]}, "sum", 4 * v["workers"] + v["replicas"], "quota", v["gpu_quota"])
print("sweep", f"{runs} x 2 s / 14 slices = {runs * 2 / 14:.1f} s at least; deadline {v['deadline']} s")

# %% [markdown] lang="pt-BR"
# Repare em três coisas. A cota conta **pedidos** do que existe e não terminou, também do que espera: quem pede 8 CPUs "por garantia" em
# cada simulação é recusado. O prazo é umas cinco vezes o limite inferior, porque criar, escalonar e notar o fim de um Pod
# custa um ou dois segundos por rodada: um plano que usa todas as catorze fatias leva menos da metade do prazo, e um que usa quatro o perde. (Numa
# máquina sobrecarregada o prazo estica tanto quanto as próprias simulações.) E as exigências brigam entre si: quem reparte as
# fatias à mão é justo, mas deixa fatias paradas quando um grupo acaba primeiro.
#
# Deixe a vista por perto.

# %% [markdown] lang="en"
# Note three things. The quota counts **requests** of what exists and has not ended, of what waits as well: whoever asks for 8 CPUs "to be
# safe" in each simulation is refused. The deadline is some five times the lower bound, since to create and schedule a Pod and to
# notice its end costs a second or two a round: a plan that uses all fourteen slices takes less than half of the deadline, one that uses four
# misses it. (On an overloaded machine the deadline stretches as much as the simulations themselves.) And the demands quarrel with
# each other: whoever divides the slices by hand is fair, but leaves slices idle when one group ends first.
#
# Keep the view at hand.

# %%
cluster_view()

# %% [markdown] lang="pt-BR"
# ## 2 · As regras como objetos (10 min)
#
# Uma regra que só está no edital é quebrada por engano. Escreva-a como objeto, e o API server a mantém. Num centro isto é
# trabalho da administração; aqui você a representa. Escreva, num manifesto:
#
# - a **ResourceQuota** do namespace, com `requests.cpu` e `requests.nvidia.com/gpu` (será julgada na tarefa 6);
# - se o seu plano para os dois grupos usar filas, as **Queues** do Volcano, com pesos (`apiVersion: scheduling.volcano.sh/v1beta1`).

# %% [markdown] lang="en"
# ## 2 · The rules as objects (10 min)
#
# A rule that stands in the brief alone gets broken by mistake. Write it as an object, and the API server keeps it. At a centre this is
# the administration's work; here you stand in for it. Write, in one manifest:
#
# - the **ResourceQuota** of the namespace, with `requests.cpu` and `requests.nvidia.com/gpu` (judged in task 6);
# - if your plan for the two groups uses queues, Volcano's **Queues**, with weights (`apiVersion: scheduling.volcano.sh/v1beta1`).

# %% [raw] kube="apply" solution="write-rules"
# # ### BEGIN SOLUTION
# apiVersion: v1
# kind: ResourceQuota
# metadata:
#   name: site
# spec:
#   hard:
#     requests.cpu: "${cpu_quota}"
#     requests.nvidia.com/gpu: "${gpu_quota}"
# ---
# apiVersion: scheduling.volcano.sh/v1beta1
# kind: Queue
# metadata:
#   name: climate
# spec:
#   weight: ${weight}
#   reclaimable: true
# ---
# apiVersion: scheduling.volcano.sh/v1beta1
# kind: Queue
# metadata:
#   name: genomics
# spec:
#   weight: 1
#   reclaimable: true
# # ### END SOLUTION

# %% [markdown] lang="pt-BR"
# ## 3 · O serviço (15 min)
#
# ### Tarefa 1 · Um serviço que não cai (5 pontos)
#
# `${replicas}` réplicas de `${web}`, na partição `serve`, 1 GPU cada (e 1 CPU, 2Gi), atrás de um Service. A verificação faz o que a
# administração faz toda semana: **esvazia um nó**, e conta as réplicas prontas a cada instante. Esvaziar pede licença ao
# `PodDisruptionBudget`; sem ele, saem de uma vez todas as réplicas do nó. Um orçamento de zero não é saída: o nó nunca esvaziaria.
# E um nó que queima não pede licença: por isso nenhum deve segurar, sozinho, o serviço inteiro.
#
# Lembrete do nível `restricted`: no Pod, `runAsNonRoot: true` e `seccompProfile: {type: RuntimeDefault}`; em cada contêiner,
# `allowPrivilegeEscalation: false` e `capabilities: {drop: [ALL]}`.

# %% [markdown] lang="en"
# ## 3 · The service (15 min)
#
# ### Task 1 · A service that does not fall (5 points)
#
# `${replicas}` replicas of `${web}`, in the partition `serve`, 1 GPU each (and 1 CPU, 2Gi), behind a Service. The check does what the
# administration does every week: it **drains a node**, and counts the ready replicas at each moment. A drain asks the
# `PodDisruptionBudget` for leave; without one, all replicas of the node go at once. A budget of zero is no way out: the node would never
# empty. And a node that burns asks nobody for leave: that is why none should hold the whole service by itself.
#
# A reminder of the level `restricted`: in the Pod, `runAsNonRoot: true` and `seccompProfile: {type: RuntimeDefault}`; in each container,
# `allowPrivilegeEscalation: false` and `capabilities: {drop: [ALL]}`.

# %% [raw] kube="apply" solution="write-service"
# # ### BEGIN SOLUTION
# apiVersion: apps/v1
# kind: Deployment
# metadata:
#   name: inference
# spec:
#   replicas: ${replicas}
#   selector: {matchLabels: {part: inference}}
#   template:
#     metadata:
#       labels: {part: inference}
#     spec:
#       nodeSelector: {partition: serve}
#       tolerations: [{key: nvidia.com/gpu, operator: Exists}]
#       topologySpreadConstraints:
#         - maxSkew: 1
#           topologyKey: kubernetes.io/hostname
#           whenUnsatisfiable: ScheduleAnyway
#           labelSelector: {matchLabels: {part: inference}}
#       securityContext: {runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}}
#       containers:
#         - name: web
#           image: ${web}
#           ports: [{containerPort: 8080}]
#           securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}
#           resources:
#             requests: {cpu: "1", memory: 2Gi}
#             limits: {cpu: "1", memory: 2Gi, nvidia.com/gpu: 1}
# ---
# apiVersion: v1
# kind: Service
# metadata:
#   name: inference
# spec:
#   selector: {part: inference}
#   ports: [{port: 80, targetPort: 8080}]
# ---
# apiVersion: policy/v1
# kind: PodDisruptionBudget
# metadata:
#   name: inference
# spec:
#   maxUnavailable: 1
#   selector: {matchLabels: {part: inference}}
# # ### END SOLUTION

# %% check="service"

# %% [markdown] lang="pt-BR"
# ## 4 · O campo (8 min)
#
# ### Tarefa 2 · Um coletor em cada estação (4 pontos)
#
# Um agente `${collector}` em **cada** nó de `partition=field`, também nos que alguém instalar amanhã, e em nenhum outro; limites de até
# 250m de CPU e 128Mi. A verificação apaga um e espera que a estação tenha outro. (As estações têm o taint `edge`; em `kind`, nós
# simulados têm mais um, e por isso um agente de nó tolera tudo: `tolerations: [{operator: Exists}]`.)

# %% [markdown] lang="en"
# ## 4 · The field (8 min)
#
# ### Task 2 · A collector at each station (4 points)
#
# An agent `${collector}` on **each** node of `partition=field`, also on those that somebody installs tomorrow, and on no other; limits of up
# to 250m of CPU and 128Mi. The check deletes one and expects its station to have another. (The stations have the taint `edge`; on `kind`,
# simulated nodes have one more, which is why a node's agent tolerates everything: `tolerations: [{operator: Exists}]`.)

# %% [raw] kube="apply" solution="write-edge"
# # ### BEGIN SOLUTION
# apiVersion: apps/v1
# kind: DaemonSet
# metadata:
#   name: collector
# spec:
#   selector: {matchLabels: {part: collector}}
#   template:
#     metadata:
#       labels: {part: collector}
#     spec:
#       nodeSelector: {partition: field}
#       tolerations: [{operator: Exists}]
#       securityContext: {runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}}
#       containers:
#         - name: collector
#           image: ${collector}
#           securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}
#           resources:
#             requests: {cpu: 100m, memory: 64Mi}
#             limits: {cpu: 200m, memory: 128Mi}
# # ### END SOLUTION

# %% check="edge"

# %% [markdown] lang="pt-BR"
# ## 5 · O plano do dia (25 min)
#
# O resto do plano **termina**: varreduras, solver, treinamento. Se você aplicasse cada manifesto quando o escreve, nada disputaria nada
# com ninguém, e o plano só pareceria bom. Por isso `%%kube plan NOME` não submete: guarda o manifesto no arquivo
# `plan/NOME.yaml`, e `lab.play(...)` submete todos **no mesmo instante**, como na manhã em que o edital abre. Pode jogar
# o dia quantas vezes quiser: cada vez apaga o que a anterior deixou. (Manifestos em arquivos são também o que se põe em Git:
# o plano é o registro de como os resultados nasceram.)
#
# O vizinho já está escrito: dois nós de cada fileira, durante 8 s.

# %% [markdown] lang="en"
# ## 5 · The plan of the day (25 min)
#
# The rest of the plan **ends**: sweeps, solver, training. If you applied each manifest as you write it, nothing would compete with
# anything, and the plan would only look good. That is why `%%kube plan NAME` submits nothing: it keeps the manifest in the file
# `plan/NAME.yaml`, and `lab.play(...)` submits all of them **at the same moment**, as on the morning on which the brief opens. Play
# the day as often as you like: each time removes what the last one left. (Manifests in files are also what goes into Git:
# the plan is the record of how the results came about.)
#
# The neighbour is written already: two nodes of each row, for 8 s.

# %% [raw] kube="plan neighbour"
# apiVersion: v1
# kind: List
# items:
#   - &pod
#     apiVersion: v1
#     kind: Pod
#     metadata: {name: neighbour-1, labels: {part: neighbour}, annotations: {labcluster.dev/run-for: 8s}}
#     spec: &spec
#       nodeName: row1-0
#       restartPolicy: Never
#       tolerations: [{operator: Exists}]
#       securityContext: {runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}}
#       containers:
#         - name: rank
#           image: ${md}
#           securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}
#           resources: {requests: {cpu: "1", memory: 1Gi}, limits: {cpu: "1", memory: 1Gi, rdma/hca: 1}}
#   - {<<: *pod, metadata: {name: neighbour-2, labels: {part: neighbour}, annotations: {labcluster.dev/run-for: 8s}}, spec: {<<: *spec, nodeName: row1-1}}
#   - {<<: *pod, metadata: {name: neighbour-3, labels: {part: neighbour}, annotations: {labcluster.dev/run-for: 8s}}, spec: {<<: *spec, nodeName: row2-0}}
#   - {<<: *pod, metadata: {name: neighbour-4, labels: {part: neighbour}, annotations: {labcluster.dev/run-for: 8s}}, spec: {<<: *spec, nodeName: row2-1}}

# %% [markdown] lang="pt-BR"
# ### Tarefa 3 · Duas varreduras, um prazo, partes justas (6 pontos)
#
# Escreva as simulações dos dois grupos num manifesto: `${climate}` Pods com `part: sweep`, `group: climate`, e `${genomics}` com `group: genomics`.
# Cada um: imagem `${md}`, limite `nvidia.com/mig-1g.10gb: 1`, 1 CPU, 4Gi, `labcluster.dev/run-for: 2s`, `restartPolicy: Never`, tolerância a
# `nvidia.com/gpu`. **Como**, é com você. Enquanto **ambos** esperam, climate deve ter `${weight}` partes e genomics 1; tudo
# pronto em `${deadline}` s desde a criação da primeira. Uma diferença de até 7 pontos percentuais é aceita.

# %% [markdown] lang="en"
# ### Task 3 · Two sweeps, one deadline, fair shares (6 points)
#
# Write the simulations of both groups in one manifest: `${climate}` Pods with `part: sweep`, `group: climate`, and `${genomics}` with `group: genomics`.
# Each one: image `${md}`, limit `nvidia.com/mig-1g.10gb: 1`, 1 CPU, 4Gi, `labcluster.dev/run-for: 2s`, `restartPolicy: Never`, a toleration for
# `nvidia.com/gpu`. **How** is up to you. While **both** are waiting, climate should have `${weight}` parts and genomics 1; all
# done within `${deadline}` s of the first one's creation. A difference of up to 7 percentage points is accepted.

# %% [raw] kube="plan sweep" solution="write-sweep"
# # ### BEGIN SOLUTION
# apiVersion: batch.volcano.sh/v1alpha1
# kind: Job
# metadata:
#   name: climate
# spec:
#   schedulerName: volcano
#   queue: climate
#   minAvailable: 1
#   tasks:
#     - name: sim
#       replicas: ${climate}
#       template:
#         metadata:
#           labels: {part: sweep, group: climate}
#           annotations: {labcluster.dev/run-for: 2s}
#         spec:
#           restartPolicy: Never
#           tolerations: [{key: nvidia.com/gpu, operator: Exists}]
#           securityContext: {runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}}
#           containers:
#             - name: md
#               image: ${md}
#               securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}
#               resources:
#                 requests: {cpu: "1", memory: 4Gi}
#                 limits: {cpu: "1", memory: 4Gi, nvidia.com/mig-1g.10gb: 1}
# ---
# apiVersion: batch.volcano.sh/v1alpha1
# kind: Job
# metadata:
#   name: genomics
# spec:
#   schedulerName: volcano
#   queue: genomics
#   minAvailable: 1
#   tasks:
#     - name: sim
#       replicas: ${genomics}
#       template:
#         metadata:
#           labels: {part: sweep, group: genomics}
#           annotations: {labcluster.dev/run-for: 2s}
#         spec:
#           restartPolicy: Never
#           tolerations: [{key: nvidia.com/gpu, operator: Exists}]
#           securityContext: {runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}}
#           containers:
#             - name: md
#               image: ${md}
#               securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}
#               resources:
#                 requests: {cpu: "1", memory: 4Gi}
#                 limits: {cpu: "1", memory: 4Gi, nvidia.com/mig-1g.10gb: 1}
# # ### END SOLUTION

# %% [markdown] lang="pt-BR"
# ### Tarefa 4 · O solver, inteiro e junto (5 pontos)
#
# `${ranks}` ranks com `part: solver` e `parallel-job: solver`: imagem `${md}`, limite `rdma/hca: 1`, 8 CPUs, 16Gi, tolerância a `fabric`, anotações
# `labcluster.dev/ranks: "${ranks}"` e `labcluster.dev/run-for: 4s`. Um rank que senta num nó à espera dos pares gasta o que outro usaria; e um
# *all-reduce* que atravessa fileiras anda no passo do enlace entre elas.

# %% [markdown] lang="en"
# ### Task 4 · The solver, whole and together (5 points)
#
# `${ranks}` ranks with `part: solver` and `parallel-job: solver`: image `${md}`, limit `rdma/hca: 1`, 8 CPUs, 16Gi, a toleration for `fabric`, annotations
# `labcluster.dev/ranks: "${ranks}"` and `labcluster.dev/run-for: 4s`. A rank that sits on a node waiting for its peers wastes what another would use; and
# an all-reduce that crosses rows moves at the pace of the link between them.

# %% [raw] kube="plan solver" solution="write-solver"
# # ### BEGIN SOLUTION
# apiVersion: batch.volcano.sh/v1alpha1
# kind: Job
# metadata:
#   name: solver
# spec:
#   schedulerName: volcano
#   minAvailable: ${ranks}
#   tasks:
#     - name: rank
#       replicas: ${ranks}
#       template:
#         metadata:
#           labels: {part: solver, parallel-job: solver}
#           annotations: {labcluster.dev/ranks: "${ranks}", labcluster.dev/run-for: 4s}
#         spec:
#           restartPolicy: Never
#           tolerations: [{key: fabric, operator: Exists}]
#           affinity:
#             podAffinity:
#               requiredDuringSchedulingIgnoredDuringExecution:
#                 - labelSelector: {matchLabels: {part: solver}}
#                   topologyKey: topology.kubernetes.io/zone
#           securityContext: {runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}}
#           containers:
#             - name: rank
#               image: ${md}
#               securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}
#               resources:
#                 requests: {cpu: "8", memory: 16Gi}
#                 limits: {cpu: "8", memory: 16Gi, rdma/hca: 1}
# # ### END SOLUTION

# %% [markdown] lang="pt-BR"
# ### Tarefa 5 · O treinamento, nas GPUs certas (4 pontos)
#
# `${workers}` trabalhadores com `part: training` e `parallel-job: training`: imagem `${trainer}`, limite `nvidia.com/gpu: 4`, 8 CPUs, 64Gi, tolerância a
# `nvidia.com/gpu`, anotações `labcluster.dev/ranks: "${workers}"` e `labcluster.dev/run-for: 5s`; só em nós com `gpu.model` igual a `${model}`.

# %% [markdown] lang="en"
# ### Task 5 · The training, on the right GPUs (4 points)
#
# `${workers}` workers with `part: training` and `parallel-job: training`: image `${trainer}`, limit `nvidia.com/gpu: 4`, 8 CPUs, 64Gi, a toleration for
# `nvidia.com/gpu`, annotations `labcluster.dev/ranks: "${workers}"` and `labcluster.dev/run-for: 5s`; only on nodes whose `gpu.model` is `${model}`.

# %% [raw] kube="plan training" solution="write-training"
# # ### BEGIN SOLUTION
# apiVersion: batch.volcano.sh/v1alpha1
# kind: Job
# metadata:
#   name: training
# spec:
#   schedulerName: volcano
#   minAvailable: ${workers}
#   tasks:
#     - name: worker
#       replicas: ${workers}
#       template:
#         metadata:
#           labels: {part: training, parallel-job: training}
#           annotations: {labcluster.dev/ranks: "${workers}", labcluster.dev/run-for: 5s}
#         spec:
#           restartPolicy: Never
#           nodeSelector: {gpu.model: ${model}}
#           tolerations: [{key: nvidia.com/gpu, operator: Exists}]
#           securityContext: {runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}}
#           containers:
#             - name: worker
#               image: ${trainer}
#               securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}
#               resources:
#                 requests: {cpu: "8", memory: 64Gi}
#                 limits: {cpu: "8", memory: 64Gi, nvidia.com/gpu: 4}
# # ### END SOLUTION

# %% [markdown] lang="pt-BR"
# ### O dia
#
# Jogue o plano. Leva uns vinte segundos; olhe a vista enquanto isso.

# %% [markdown] lang="en"
# ### The day
#
# Play the plan. It takes some twenty seconds; watch the view meanwhile.

# %% tags=["nbval-ignore-output"]
lab.play("neighbour", "sweep", "solver", "training")

# %% [markdown] lang="pt-BR"
# Duas imagens do que aconteceu, dos horários dos próprios Pods. A primeira põe o seu plano contra a **capacidade do site**: quanto de cada
# recurso cada parte segurou, a linha tracejada é o que há (e, para CPU, a cota). Branco embaixo da linha enquanto alguém
# espera é prazo perdido. Na segunda, cada barra é um Pod: os ranks do solver começam juntos?

# %% [markdown] lang="en"
# Two pictures of what happened, from the Pods' own times. The first one puts your plan against the **capacity of the site**: how much of
# each resource each part held; the dashed line is what there is (and, for CPU, the quota). White below the line while somebody
# waits is a deadline lost. In the second one each bar is a Pod: do the solver's ranks begin together?

# %% tags=["nbval-ignore-output"]
lab.usage("nvidia.com/mig-1g.10gb", "rdma/hca", "cpu", site="site=capstone", by=("part", "group"), quotas={"cpu": lab.values["cpu_quota"]})

# %% tags=["nbval-ignore-output"]
lab.gantt("part=sweep,group=climate", "part=sweep,group=genomics", "part=neighbour", "part=solver", "part=training")

# %% check="sweep"

# %% check="solver"

# %% check="training"

# %% [markdown] lang="pt-BR"
# ## 6 · As contas com a administração (7 min)
#
# ### Tarefa 6 · Dentro das regras do site (6 pontos)
#
# Um plano que entrega no prazo e quebra as regras não é aceito. A última verificação olha **todos** os Pods das cinco partes: a cota existe
# e coube; cada contêiner diz o que pede e até onde vai; toda imagem é pedida pelo digest; nada é privilegiado. Nos três últimos, cada
# parte inteiramente certa vale um quinto dos pontos.

# %% [markdown] lang="en"
# ## 6 · Settling with the administration (7 min)
#
# ### Task 6 · Within the site's rules (6 points)
#
# A plan that delivers in time and breaks the rules is not accepted. The last check looks at **all** Pods of the five parts: the quota exists
# and was kept; each container says what it asks for and how far it may go; every image is asked for by its digest; nothing is privileged.
# In the last three, each part that is wholly right is worth a fifth of the points.

# %% [raw] kube="describe quota"

# %% check="limits"

# %% [markdown] reflect="defend-the-plan" points=6 lang="pt-BR"
# ### Ensaio (6 pontos, corrigido por uma pessoa)
#
# Escreva de 25 a 35 linhas, para a comissão que decide se o seu grupo recebe o site por mais um ano:
#
# 1. **Qual ferramenta para qual carga, e por quê?** Para cada uma das cinco, o objeto que você escolheu, o que ele garante que os outros não
#    garantem, e **uma alternativa razoável** que você recusou (Slurm ou PBS inclusive), com a razão.
# 2. **O que o seu plano custa**, e a quem? Use dois números medidos hoje (makespan, fatias paradas, espera do solver). Quem perderia se o peso
#    de climate dobrasse?
# 3. **Reprodutibilidade.** Daqui a três anos outro grupo precisa repetir *este dia*. O que do seu plano já o permite, o que falta
#    guardar, e o que nenhum manifesto consegue prometer?
# 4. **Os limites.** Diga duas coisas que a simulação não permite concluir, e que medida, num site real, você faria primeiro.
#
# ### BEGIN SOLUTION
# **Resposta-modelo (esquema).** Inferência: Deployment, Service e PodDisruptionBudget, porque não termina, e o que importa é quantas réplicas
# restam; recusado: um Job de serviço no Slurm, que não recria, não balanceia e não negocia a saída de um nó. Coletor: DaemonSet, um por nó,
# inclusive nos futuros; recusado: Deployment com antiafinidade, que exige saber quantas estações há. Varreduras: Jobs do Volcano em duas filas com
# pesos, porque as filas repartem enquanto falta e emprestam quando sobra; recusado: Jobs indexados com `parallelism` fixo, justos mas
# com fatias paradas quando um grupo acaba (ou um *array* com *fairshare* no Slurm, equivalente, se o site já o tiver). Solver: grupo
# (`minAvailable`) com afinidade de fileira; recusado: Pods um a um (os primeiros seguram nós durante os 8 s do vizinho); num site com
# Slurm e InfiniBand, o Slurm é a escolha natural, e isso deve ser dito. Treinamento: grupo com nodeSelector no modelo (ou TrainJob do Kubeflow); recusado:
# só tolerância, que não leva a nenhum modelo.
# Custos: o solver esperou os ~8 s do vizinho sem segurar nada, e pode esperar para sempre num site cheio (inanição); as varreduras levaram
# de 18 a 20 s para um limite inferior de 10, o resto é criar e notar Pods; com o peso dobrado genomics perde fatias só enquanto há fila.
# Reprodutibilidade: imagens por digest, manifestos em arquivos, recursos declarados, sementes por índice; falta guardar: os próprios arquivos com o
# commit, as entradas com somas de verificação, as sementes, o `imageID`, as versões de Kubernetes e Volcano, um arquivo que conserve as imagens; não
# se promete: a ordem de chegada, o nó exato, ponto flutuante em outra GPU, drivers e kernel do hospedeiro.
# Limites: tempos declarados (nada sobre InfiniBand, leitura de dados ou carga de imagens), nós que não falham, vizinho que obedece. Primeiro se
# mediria o tempo de leitura dos dados e o início a frio das imagens, ou o all-reduce dentro e entre fileiras.
#
# **Rubrica.** 2 pontos: as cinco escolhas, cada uma com o que garante e uma alternativa recusada com razão (1 ponto se três ou quatro).
# 1 ponto: custo com dois números medidos e com quem paga. 2 pontos: reprodutibilidade (1: o que já há e o que falta, com digest, manifestos
# versionados, entradas e sementes; 1: o que não se pode prometer). 1 ponto: dois limites da simulação e uma medida que os atacaria.
# Meio ponto quando a ideia aparece sem a razão.
# ### END SOLUTION

# %% [markdown] reflect="defend-the-plan" points=6 lang="en"
# ### Essay (6 points, graded by a person)
#
# Write 25 to 35 lines, to the committee that decides whether your group gets the site for another year:
#
# 1. **Which tool for which workload, and why?** For each of the five, the object that you chose, what it guarantees that the others do
#    not, and **one reasonable alternative** that you declined (Slurm or PBS included), with the reason.
# 2. **What does your plan cost**, and whom? Use two numbers measured today (makespan, idle slices, the solver's wait). Who would lose if
#    climate's weight doubled?
# 3. **Reproducibility.** In three years' time another group has to repeat *this day*. What in your plan allows it already, what remains
#    to be kept, and what can no manifest promise?
# 4. **The limits.** Name two things that the simulation does not allow you to conclude, and which measurement you would make first on a real site.
#
# ### BEGIN SOLUTION
# **Model answer (outline).** Inference: a Deployment, a Service and a PodDisruptionBudget, because it does not end, and what matters is how many replicas
# remain; declined: a service job under Slurm, which recreates nothing, balances nothing and does not negotiate the emptying of a node. Collector: a
# DaemonSet, one a node, future ones included; declined: a Deployment with anti-affinity, which must know how many stations there are. Sweeps: Volcano
# Jobs in two weighted queues, because queues share while there is want and lend while there is plenty; declined: Indexed Jobs with a fixed
# `parallelism`, fair but with idle slices once a group has ended (or an array with fairshare under Slurm, its equal, where the site has it already).
# Solver: a gang (`minAvailable`) with an affinity for the row; declined: Pods one by one (the first hold nodes during the neighbour's 8 s); at a site with Slurm and
# InfiniBand, Slurm is the natural choice, and that should be said. Training: a gang with a nodeSelector for the model (or Kubeflow's TrainJob);
# declined: a toleration alone, which leads to no model.
# Costs: the solver waited for the neighbour's ~8 s holding nothing, and on a full site may wait for ever (starvation); the sweeps took
# 18 to 20 s against a lower bound of 10, the rest is creating Pods and noticing their ends; with the doubled weight genomics loses slices only while there is a queue.
# Reproducibility: images by digest, manifests in files, declared resources, seeds by index; to be kept: the files themselves with their
# commit, the inputs with checksums, the seeds, `imageID`, the versions of Kubernetes and Volcano, an archive that preserves the images; what cannot be
# promised: the order of arrival, the very node, floating point on another GPU, drivers and kernel of the host.
# Limits: declared times (nothing about InfiniBand, reading data or pulling images), nodes that do not fail, a neighbour that obeys. First one would
# measure the reading of the data and the cold start of images, or the all-reduce within and between rows.
#
# **Rubric.** 2 points: the five choices, each with what it guarantees and an alternative that is declined with a reason (1 point for three or four).
# 1 point: the cost, with two measured numbers and with who pays. 2 points: reproducibility (1: what there is and what is lacking, with digest, versioned
# manifests, inputs and seeds; 1: what cannot be promised). 1 point: two limits of the simulation and a measurement that would attack them.
# Half a point where the idea is there without its reason.
# ### END SOLUTION

# %% [markdown] lang="pt-BR"
# ## O que fica, e o que vem
#
# - Um edital se lê de trás para a frente: da exigência ao objeto que a garante.
# - O que não termina quer orçamento; o que termina quer fila; o que conversa quer grupo e lugar; o que mora em cada nó quer DaemonSet.
# - Pesos, cotas e orçamentos são promessas entre pessoas, escritas onde a máquina as mantém.
# - Meça pelos horários dos próprios Pods, e desconfie de um plano que só foi testado sozinho.
# - Fixe imagens, guarde manifestos, registre sementes e entradas: reproduzir é um requisito, e não um enfeite.
#
# **A próxima aula.** Todas as cargas de hoje leem e escrevem, e fingimos que isso era de graça. Não é: `${climate}` simulações que abrem ao mesmo
# tempo a mesma trajetória podem esperar mais pelo disco que pela GPU. A próxima aula trata de **sistemas de arquivos paralelos** (Lustre,
# GPFS/Storage Scale, BeeGFS): como um arquivo se espalha por dezenas de servidores, por que milhões de arquivos pequenos os
# derrubam, e como um cluster Kubernetes os monta (CSI, `ReadWriteMany`, nós clientes). Antes dela, responda ao `quiz`.
#
# Antes de entregar, use *Ensaiar*: ele joga o seu dia inteiro num cluster vazio.

# %% [markdown] lang="en"
# ## What remains, and what comes
#
# - A brief is read backwards: from the demand to the object that guarantees it.
# - What does not end wants a budget; what ends wants a queue; what talks wants a gang and a place; what lives on each node wants a DaemonSet.
# - Weights, quotas and budgets are promises between people, written where the machine keeps them.
# - Measure by the Pods' own times, and distrust a plan that was only tried alone.
# - Pin images, keep manifests, record seeds and inputs: to reproduce is a requirement, not an ornament.
#
# **The next lecture.** All of today's workloads read and write, and we pretended that this was free. It is not: `${climate}` simulations that open the
# same trajectory at the same time may wait longer for the disk than for the GPU. The next lecture is on **parallel file systems** (Lustre,
# GPFS/Storage Scale, BeeGFS): how a file is striped over dozens of servers, why millions of small files bring them to their knees, and
# how a Kubernetes cluster mounts them (CSI, `ReadWriteMany`, client nodes). Before it, answer the `quiz`.
#
# Before you hand in, use *Rehearse*: it plays your whole day on an empty cluster.

# %%
rehearse()
