# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
# ---

# %% [markdown] lang="pt-BR"
# # 09 · Escalar com a carga: métricas, HPA, arranque a frio e serverless
#
# **Tempo:** 75 a 90 minutos · **Antes:** `04-deployments` · **6 tarefas, 27 pontos**, mais uma pergunta de reflexão (4 pontos)
#
# Num cluster de HPC o trabalho espera numa fila até caber. Um serviço de inferência não pode esperar: a requisição que chega
# agora tem de ser atendida agora, e às três da manhã não chega nenhuma. A saída é mudar o número de réplicas junto com a carga.
# Quem faz isso no Kubernetes é o **HorizontalPodAutoscaler** (HPA). A conta dele cabe numa linha; o resto deste laboratório
# é sobre o que essa linha pressupõe.
#
# Ao final você saberá:
#
# 1. dizer do que uma porcentagem de CPU é porcentagem, e o que um *request* errado faz;
# 2. prever quantas réplicas o HPA vai querer, e conferir;
# 3. escolher janelas e políticas para subir depressa e descer com calma;
# 4. ler num gráfico a subida e a descida de um pico, e o atraso entre carga, métrica e réplicas;
# 5. medir o custo do arranque a frio, e comprar a folga que o cobre;
# 6. dizer o que o serverless acrescenta: concorrência como métrica, escala até zero, ativador.
#
# > **O que aqui é simulado, em todos os provedores.** Os nós, os contêineres, a carga e o uso de CPU. Um Pod usa o que a sua
# > anotação `labcluster.dev/cpu-per-request` diz, vezes as requisições que recebe; um Service reparte por igual, entre os
# > Pods prontos, a carga da sua anotação `labcluster.dev/load` (requisições por segundo); o que passa do limite de CPU se perde.
# > São de verdade o API server, o **metrics-server**, o HPA e o escalonador: quem decide são eles. Duas diferenças em relação a um
# > cluster comum, para que você não espere: o uso é lido a cada 2 s (o comum é 15 s) e o HPA decide a cada 2 s (o comum é 15 s).

# %% [markdown] lang="en"
# # 09 · Scaling with the load: metrics, HPA, cold starts and serverless
#
# **Time:** 75 to 90 minutes · **Before it:** `04-deployments` · **6 tasks, 27 points**, and one reflection question (4 points)
#
# In an HPC cluster work waits in a queue until it fits. An inference service cannot wait: the request that comes now has to be
# answered now, and at three in the morning none comes. The way out is to change the number of replicas along with the load. In
# Kubernetes the **HorizontalPodAutoscaler** (HPA) does that. Its arithmetic fits in one line; the rest of this lab is about
# what that line takes for granted.
#
# By the end you will be able to:
#
# 1. say what a CPU percentage is a percentage of, and what a wrong *request* does;
# 2. foretell how many replicas the HPA will want, and verify it;
# 3. choose windows and policies that go up fast and come down with patience;
# 4. read a peak's way up and down in a plot, and the lag between load, metric and replicas;
# 5. measure what a cold start costs, and buy the headroom that covers it;
# 6. say what serverless adds: concurrency as the metric, scaling to zero, the activator.
#
# > **What is simulated here, on every provider.** Nodes, containers, load and CPU use. A Pod uses what its annotation
# > `labcluster.dev/cpu-per-request` says, times the requests that it gets; a Service shares the load of its annotation
# > `labcluster.dev/load` (requests a second) evenly among the ready Pods; what exceeds the CPU limit is lost. Real are the API
# > server, the **metrics-server**, the HPA and the scheduler: the decisions are theirs. Two things differ from an ordinary
# > cluster, so that you need not wait: use is read each 2 s (commonly 15 s), and the HPA decides each 2 s (commonly 15 s).

# %%
# %load_ext labkit
from labkit import start
lab = start("09-autoscaling")
check, cluster_view, rehearse = lab.check, lab.cluster_view, lab.rehearse

# %%
cluster_view()

# %% [markdown] lang="pt-BR"
# ## 1 · O que se pede e o que se usa (15 min)
#
# Todo contêiner tem três números de CPU, e confundi-los é a origem da maioria dos autoescaladores que não funcionam:
#
# | número | quem o diz | quem o usa |
# |---|---|---|
# | **request** (`200m` = um quinto de um processador) | você | o escalonador reserva esse lugar no nó; o HPA o toma por 100% |
# | **limit** (`400m`) | você | o kernel não deixa passar disso: o programa fica mais lento (*throttling*) |
# | **uso** | ninguém: mede-se | o kubelet mede, o metrics-server junta, `kubectl top` e o HPA leem |
#
# Um Pod com request 200m que usa 300m está em **150%**, e está tudo bem: o limite ainda deixa. Request e limit definem também a
# **classe de QoS**, que decide quem sai primeiro quando falta memória no nó: *Guaranteed* (requests iguais aos limits, em CPU e memória),
# *Burstable* (algum request), *BestEffort* (nada). CPU demais atrasa; memória demais mata (`OOMKilled`).
#
# ```text
#   carga ──> Pods ──uso──> kubelet ──> metrics-server ──> HPA ──réplicas──> Deployment ──> Pods ...
#             (simulado)    (simulado)  └──────────── de verdade ────────────────────┘
# ```
#
# ### Tarefa 1 · Declare, carregue, preveja (4 pontos)
#
# Escreva o Deployment `web` (2 réplicas, rótulo `app: web`, imagem `localhost/lab/web:1`) com requests de `200m` de CPU e `64Mi` de
# memória, limites de `400m` e `128Mi`, e, nas anotações **do Pod**, `labcluster.dev/cpu-per-request: 5m` (cada requisição custa
# 5 ms de CPU). E o Service `web`, porta 80 para 8080, com a anotação `labcluster.dev/load: "${quiet}"`. Depois preveja: em que
# porcentagem do request estará cada Pod?

# %% [markdown] lang="en"
# ## 1 · What is asked for, and what is used (15 min)
#
# Each container has three numbers for CPU, and mixing them up is where most autoscalers that do not work begin:
#
# | number | who says it | who uses it |
# |---|---|---|
# | **request** (`200m` = one fifth of a processor) | you | the scheduler reserves that much of a node; the HPA takes it for 100% |
# | **limit** (`400m`) | you | the kernel does not let it pass: the program gets slower (*throttling*) |
# | **use** | nobody: it is measured | the kubelet measures, the metrics-server collects, `kubectl top` and the HPA read |
#
# A Pod with request 200m that uses 300m is at **150%**, and all is well: the limit still allows it. Request and limit also make the
# **QoS class**, which decides who goes first when a node is short of memory: *Guaranteed* (requests equal to limits, of CPU and memory),
# *Burstable* (some request), *BestEffort* (nothing). Too much CPU slows the program down; too much memory kills (`OOMKilled`).
#
# ```text
#   load ──> Pods ───use──> kubelet ──> metrics-server ──> HPA ──replicas──> Deployment ──> Pods ...
#            (simulated)    (simulated) └──────────────── real ─────────────────────┘
# ```
#
# ### Task 1 · Declare, load, foretell (4 points)
#
# Write Deployment `web` (2 replicas, label `app: web`, image `localhost/lab/web:1`) with requests of `200m` of CPU and `64Mi` of
# memory, limits of `400m` and `128Mi`, and, among the **Pod's** annotations, `labcluster.dev/cpu-per-request: 5m` (each request costs
# 5 ms of CPU). And Service `web`, port 80 to 8080, with the annotation `labcluster.dev/load: "${quiet}"`. Then foretell: at what
# percentage of its request will each Pod be?

# %% [raw] kube="apply" solution="web"
# # ### BEGIN SOLUTION
# apiVersion: apps/v1
# kind: Deployment
# metadata: {name: web}
# spec:
#   replicas: 2
#   selector: {matchLabels: {app: web}}
#   template:
#     metadata:
#       labels: {app: web}
#       annotations: {labcluster.dev/cpu-per-request: 5m}
#     spec:
#       containers:
#         - name: web
#           image: localhost/lab/web:1
#           resources:
#             requests: {cpu: 200m, memory: 64Mi}
#             limits: {cpu: 400m, memory: 128Mi}
# ---
# apiVersion: v1
# kind: Service
# metadata:
#   name: web
#   annotations: {labcluster.dev/load: "${quiet}"}
# spec:
#   selector: {app: web}
#   ports: [{port: 80, targetPort: 8080}]
# # ### END SOLUTION

# %% solution="percent"
percent = 0
### BEGIN SOLUTION
percent = lab.values["quiet"] / 2 * 5 / 200 * 100
### END SOLUTION
# !kubectl create configmap use --from-literal=percent={percent} --dry-run=client -o yaml | kubectl apply -f -

# %% check="use"

# %% [markdown] lang="pt-BR"
# Confira com os seus olhos (o primeiro valor leva uns 5 segundos: uma taxa precisa de duas leituras). O Service conta, nas
# suas condições, o que a simulação fez com a carga.

# %% [markdown] lang="en"
# See for yourself (the first value takes some 5 seconds: a rate needs two readings). The Service tells, in its conditions,
# what the simulation did with the load.

# %% tags=["nbval-ignore-output"]
# !kubectl top pods
# !kubectl get service web -o jsonpath='{.status.conditions[0].message}'
# !kubectl get pods -l app=web -o custom-columns=NAME:.metadata.name,QOS:.status.qosClass

# %% [markdown] lang="pt-BR"
# ## 2 · Uma linha de aritmética (15 min)
#
# A cada volta (aqui 2 s) o HPA pega o uso médio dos Pods **prontos**, compara com o alvo e pede
#
# $$\text{réplicas} = \left\lceil \text{réplicas atuais} \times \frac{\text{uso médio}}{\text{alvo}} \right\rceil
#  = \left\lceil \frac{\text{uso de todos}}{\text{alvo de um Pod}} \right\rceil$$
#
# A segunda forma é a que se usa de cabeça: com request 200m e alvo de 50%, cada Pod dá conta de 100m. Três detalhes que explicam
# quase toda surpresa: se a razão difere de 1 por menos de **10%**, ele não mexe; um Pod que ainda não está pronto conta como **0%** quando
# é hora de subir, para que ninguém peça duas vezes o que já está a caminho; e o mínimo e o máximo mandam sempre.
#
# ### Tarefa 2 · O HPA de web (5 pontos)
#
# Escreva o HPA `web` (`autoscaling/v2`): de 2 a `${most}` réplicas, alvo de 50% da CPU. Antes de carregar, preveja: com **`${peak}`
# requisições por segundo**, quantas réplicas? O *Verificar* vai pôr essa carga no seu Service, esperar, e devolver a sua.

# %% [markdown] lang="en"
# ## 2 · One line of arithmetic (15 min)
#
# In each round (2 s here) the HPA takes the mean use of the **ready** Pods, compares it with the target, and asks for
#
# $$\text{replicas} = \left\lceil \text{current replicas} \times \frac{\text{mean use}}{\text{target}} \right\rceil
#  = \left\lceil \frac{\text{use of all}}{\text{target of one Pod}} \right\rceil$$
#
# The second form is the one to use in your head: with request 200m and a target of 50%, each Pod is good for 100m. Three details
# that explain nearly every surprise: if the ratio differs from 1 by less than **10%** it leaves things alone; a Pod that is not ready
# yet counts as **0%** when it is time to go up, so that nobody asks twice for what is on its way; and minimum and maximum always rule.
#
# ### Task 2 · The HPA of web (5 points)
#
# Write HPA `web` (`autoscaling/v2`): from 2 to `${most}` replicas, a target of 50% of CPU. Before any load, foretell: at **`${peak}`
# requests a second**, how many replicas? *Check* will put that load on your Service, wait, and give yours back.

# %% [raw] kube="apply" solution="autoscaler"
# # ### BEGIN SOLUTION
# apiVersion: autoscaling/v2
# kind: HorizontalPodAutoscaler
# metadata: {name: web}
# spec:
#   scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}
#   minReplicas: 2
#   maxReplicas: ${most}
#   metrics:
#     - type: Resource
#       resource: {name: cpu, target: {type: Utilization, averageUtilization: 50}}
# # ### END SOLUTION

# %% solution="forecast"
import math

replicas = 0
### BEGIN SOLUTION
replicas = math.ceil(lab.values["peak"] * 5 / 100)
### END SOLUTION
# !kubectl create configmap hpa --from-literal=replicas={replicas} --dry-run=client -o yaml | kubectl apply -f -

# %% check="hpa"

# %% [markdown] lang="pt-BR"
# Veja o que o HPA registrou: cada decisão é um evento, com a razão.

# %% [markdown] lang="en"
# See what the HPA put on record: each decision is an event, with its reason.

# %% tags=["nbval-ignore-output"]
# !kubectl get hpa web
# !kubectl get events --field-selector involvedObject.kind=HorizontalPodAutoscaler | tail -4

# %% [markdown] lang="pt-BR"
# ## 3 · Subir depressa, descer com calma (15 min)
#
# A carga de verdade oscila. Um autoescalador que segue cada oscilação cria e remove Pods sem parar (*flapping*), e cada Pod novo custa um
# arranque. Errar para cima custa dinheiro; errar para baixo custa requisições. Por isso os dois sentidos são assimétricos:
#
# - **subir**: sem janela, no máximo o dobro ou 4 Pods a cada 15 s (o que for maior);
# - **descer**: uma **janela de estabilização** de 300 s: o HPA guarda o que teria pedido em cada volta, e desce só até o
#   **maior** desses pedidos. A carga precisa ficar baixa a janela inteira.
#
# `spec.behavior` muda os dois: `stabilizationWindowSeconds`, e `policies`, cada uma com quantos Pods (`Pods`) ou quantos por cento
# (`Percent`) por período. Havendo várias, vale a que permite mais, a não ser que `selectPolicy` diga `Min`, ou `Disabled` (nunca).
#
# ### Tarefa 3 · A descida (5 pontos)
#
# Aplique de novo o HPA `web`, agora com uma descida de janela **`${window}` s** e política de no máximo **2 Pods a cada 2 s**. (Em produção
# seriam minutos; aqui, ninguém quer esperar.) Depois ponha você a carga de **`${peak}`** no Service, com `kubectl annotate`, e veja subir.
# O *Verificar* tira a carga e espera a descida.

# %% [markdown] lang="en"
# ## 3 · Up fast, down with patience (15 min)
#
# Real load swings. An autoscaler that follows each swing makes and removes Pods without end (*flapping*), and each new Pod costs a
# start. To err upwards costs money; to err downwards costs requests. So the two directions are not symmetric:
#
# - **up**: no window, at most twice as many or 4 Pods in 15 s (whichever is more);
# - **down**: a **stabilisation window** of 300 s: the HPA remembers what it would have asked for in each round, and goes down only to
#   the **highest** of these. The load must stay low for the whole window.
#
# `spec.behavior` changes both: `stabilizationWindowSeconds`, and `policies`, each of which says how many Pods (`Pods`) or per cent
# (`Percent`) in a period. Of several, the one that allows most counts, unless `selectPolicy` says `Min`, or `Disabled` (never).
#
# ### Task 3 · The way down (5 points)
#
# Apply HPA `web` again, now with a way down that has a window of **`${window}` s** and a policy of at most **2 Pods each 2 s**. (In production
# it would be minutes; here nobody wants to wait.) Then put the load of **`${peak}`** on the Service yourself, with `kubectl annotate`, and see
# it go up. *Check* takes the load away and waits for the way down.

# %% [raw] kube="apply" solution="patient"
# # ### BEGIN SOLUTION
# apiVersion: autoscaling/v2
# kind: HorizontalPodAutoscaler
# metadata: {name: web}
# spec:
#   scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}
#   minReplicas: 2
#   maxReplicas: ${most}
#   metrics:
#     - type: Resource
#       resource: {name: cpu, target: {type: Utilization, averageUtilization: 50}}
#   behavior:
#     scaleDown:
#       stabilizationWindowSeconds: ${window}
#       policies: [{type: Pods, value: 2, periodSeconds: 2}]
# # ### END SOLUTION

# %% solution="drive"
### BEGIN SOLUTION
# !kubectl annotate service web labcluster.dev/load={lab.values["peak"]} --overwrite
### END SOLUTION

# %% check="behaviour"

# %% [markdown] lang="pt-BR"
# ### Um pico inteiro, num gráfico
#
# A célula abaixo conduz a carga por três fases (calma, pico, nada), grava por *watch* cada mudança do Service, do HPA e do
# Deployment, e desenha as três coisas no mesmo eixo de tempo. Leva 45 segundos. Antes de executar, desenhe num papel o que espera.
#
# Procure no gráfico: quanto tempo passa entre o degrau da carga e o da métrica? Entre a métrica e as réplicas desejadas? Entre as
# desejadas e as prontas? E onde está a janela da descida? Depois mude uma coisa (a janela, o alvo, as fases) e compare os
# Pod-segundos pagos.

# %% [markdown] lang="en"
# ### A whole peak, in one plot
#
# The cell below drives the load through three phases (calm, peak, nothing), records each change of the Service, the HPA and the
# Deployment by *watches*, and draws all three on one axis of time. It takes 45 seconds. Before you run it, sketch on paper what
# you expect.
#
# Look in the plot: how long from the step of the load to that of the metric? From the metric to the wanted replicas? From the
# wanted to the ready ones? And where is the window of the way down? Then change one thing (window, target, phases) and compare the
# Pod-seconds that were paid.

# %% tags=["nbval-ignore-output"]
from labkit.scaling import ride

ride(lab, "web", "web", [(lab.values["quiet"], 6), (lab.values["peak"], 16), (0, 23)]);

# %% [markdown] lang="pt-BR"
# ## 4 · O request errado (10 min)
#
# O request é o denominador. Grande demais: o uso nunca chega ao alvo, o HPA nunca sobe, e o nó fica reservado para ninguém.
# Pequeno demais: qualquer carga parece 300%, o HPA corre para o máximo, e o escalonador põe no nó mais Pods do que ele aguenta. Nenhum:
# não há porcentagem.
#
# Uma colega deixou isto no cluster e foi embora. Ela jura que o HPA está quebrado.

# %% [markdown] lang="en"
# ## 4 · The wrong request (10 min)
#
# The request is the denominator. Too large: the use never gets to the target, the HPA never goes up, and the node is reserved for nobody.
# Too small: any load looks like 300%, the HPA runs to its maximum, and the scheduler puts more Pods on the node than it can bear. None:
# there is no percentage.
#
# A colleague left this in the cluster and went away. She swears that the HPA is broken.

# %% [raw] kube="apply"
# apiVersion: apps/v1
# kind: Deployment
# metadata: {name: api}
# spec:
#   selector: {matchLabels: {app: api}}
#   template:
#     metadata:
#       labels: {app: api}
#       annotations: {labcluster.dev/cpu-per-request: 10m}
#     spec:
#       containers: [{name: api, image: "localhost/lab/web:1"}]
# ---
# apiVersion: v1
# kind: Service
# metadata: {name: api, annotations: {labcluster.dev/load: "5"}}
# spec: {selector: {app: api}, ports: [{port: 80, targetPort: 8080}]}
# ---
# apiVersion: autoscaling/v2
# kind: HorizontalPodAutoscaler
# metadata: {name: api}
# spec:
#   scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: api}
#   minReplicas: 1
#   maxReplicas: 10
#   behavior: {scaleDown: {stabilizationWindowSeconds: 5}}
#   metrics:
#     - type: Resource
#       resource: {name: cpu, target: {type: Utilization, averageUtilization: 50}}

# %% tags=["nbval-ignore-output"]
# !kubectl get hpa api
# !kubectl describe hpa api | grep -A 8 Conditions

# %% [markdown] lang="pt-BR"
# ### Tarefa 4 · Diagnóstico e remédio (4 pontos)
#
# 1. Que **razão** (*reason*, uma palavra) o HPA dá na condição `ScalingActive`? (Logo no começo pode não haver condição: olhe de novo.)
# 2. Cada requisição de `api` custa **10m**. Uma réplica deve atender **`${each}`** por segundo quando está no alvo de 50%. Dê ao contêiner
#    (`api`) o request de CPU que faz isso. Não mude o HPA.

# %% [markdown] lang="en"
# ### Task 4 · Diagnosis and cure (4 points)
#
# 1. Which **reason** (one word) does the HPA give in its condition `ScalingActive`? (At the very beginning there may be none: look again.)
# 2. Each request to `api` costs **10m**. A replica shall answer **`${each}`** a second when it is at the target of 50%. Give the container
#    (`api`) the CPU request that does this. Leave the HPA as it is.

# %% solution="diagnosis"
reason = ""
### BEGIN SOLUTION
reason = "FailedGetResourceMetric"
### END SOLUTION
# !kubectl create configmap diagnosis --from-literal=reason={reason or "-"} --dry-run=client -o yaml | kubectl apply -f -

# %% solution="cure"
request = ""   # 250m, for instance
### BEGIN SOLUTION
request = f"{lab.values['each'] * 20}m"
### END SOLUTION
if request:
    # !kubectl set resources deployment api --requests=cpu={request}
    pass

# %% check="requests"

# %% [markdown] lang="pt-BR"
# ## 5 · O arranque a frio (15 min)
#
# Um servidor de inferência não está pronto quando o contêiner começa: carrega gigabytes de pesos, aquece a GPU, compila. Aqui isso
# é a variável `WARMUP` com uma `readinessProbe`: **`${warmup}` s**. (Na vida real, de 20 s a vários minutos.) Some os atrasos: o uso
# precisa ser medido, o HPA precisa decidir, o Pod precisa de um nó, e só então o aquecimento começa. Durante tudo isso quem
# atende são as réplicas **que já estavam prontas**.
#
# Há dois modos de comprar tempo, e os dois custam CPU parada: mais réplicas em repouso (`minReplicas`), ou um alvo mais
# baixo, que faz subir antes. A folga de uma réplica é o que o seu limite permite além do que ela usa.
#
# `model` custa **50m** por requisição e tem limite de **1 CPU**: no máximo 20 por segundo por réplica. Em repouso chegam 4 por segundo.

# %% [markdown] lang="en"
# ## 5 · The cold start (15 min)
#
# An inference server is not ready when its container begins: it loads gigabytes of weights, warms up the GPU, compiles. Here that
# is the variable `WARMUP` with a `readinessProbe`: **`${warmup}` s**. (In real life 20 s to several minutes.) Add up the delays: use
# has to be measured, the HPA has to decide, the Pod needs a node, and only then does the warm-up begin. During all this those who
# answer are the replicas **that were ready before**.
#
# There are two ways to buy time, and both cost idle CPU: more replicas at rest (`minReplicas`), or a lower target, which goes up
# earlier. The headroom of a replica is what its limit allows beyond what it uses.
#
# `model` costs **50m** a request and has a limit of **1 CPU**: at most 20 a second for each replica. At rest 4 a second come.

# %% [raw] kube="apply"
# apiVersion: apps/v1
# kind: Deployment
# metadata: {name: model}
# spec:
#   selector: {matchLabels: {app: model}}
#   template:
#     metadata:
#       labels: {app: model}
#       annotations: {labcluster.dev/cpu-per-request: 50m}
#     spec:
#       containers:
#         - name: model
#           image: localhost/lab/web:1
#           env: [{name: WARMUP, value: "${warmup}s"}]
#           readinessProbe: {httpGet: {path: /readyz, port: 8080}, periodSeconds: 1}
#           resources:
#             requests: {cpu: 500m, memory: 256Mi}
#             limits: {cpu: "1", memory: 512Mi}
# ---
# apiVersion: v1
# kind: Service
# metadata: {name: model, annotations: {labcluster.dev/load: "4"}}
# spec: {selector: {app: model}, ports: [{port: 80, targetPort: 8080}]}

# %% [markdown] lang="pt-BR"
# ### Tarefa 5 · A folga certa (5 pontos)
#
# Um surto leva a carga, de um segundo para o outro, a **`${burst}` por segundo**. Dê ao HPA `model` (alvo de 50%, no máximo 14
# réplicas) o **menor** `minReplicas` que atravessa o surto sem perder nenhuma requisição. E responda: com uma réplica só, quantas
# requisições se perderiam **apenas** durante os `${warmup}` s de aquecimento da segunda? O HPA está escrito abaixo; falta `least`.

# %% [markdown] lang="en"
# ### Task 5 · The right headroom (5 points)
#
# A burst takes the load, from one second to the next, to **`${burst}` a second**. Give HPA `model` (target 50%, at most 14 replicas)
# the **least** `minReplicas` that gets through the burst without losing a single request. And answer: with only one replica, how
# many requests would be lost **only** during the `${warmup}` s that the second one takes to warm up? The HPA is written below; `least` is missing.

# %% solution="model"
import json

least = 1   # minReplicas
### BEGIN SOLUTION
least = math.ceil(lab.values["burst"] / 20)
### END SOLUTION
cpu = {"type": "Resource", "resource": {"name": "cpu", "target": {"type": "Utilization", "averageUtilization": 50}}}
hpa = json.dumps({
    "apiVersion": "autoscaling/v2",
    "kind": "HorizontalPodAutoscaler",
    "metadata": {"name": "model"},
    "spec": {
        "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "model"},
        "minReplicas": least,
        "maxReplicas": 14,
        "behavior": {"scaleDown": {"stabilizationWindowSeconds": 5}},
        "metrics": [cpu],
    },
})
# !echo '{hpa}' | kubectl apply -f -

# %% solution="cold"
lost = 0
### BEGIN SOLUTION
lost = (lab.values["burst"] - 20) * lab.values["warmup"]
### END SOLUTION
# !kubectl create configmap cold --from-literal=lost={lost} --dry-run=client -o yaml | kubectl apply -f -

# %% check="cold-start"

# %% [markdown] lang="pt-BR"
# Meça agora o que a folga evitou: a mesma subida, com uma réplica em repouso. As requisições perdidas estão no título do gráfico;
# a área entre as duas linhas do primeiro painel são elas. Quanto passa da sua conta, que só via o aquecimento?

# %% [markdown] lang="en"
# Now measure what the headroom avoided: the same step, with one replica at rest. The lost requests are in the plot's title; they are the
# area between the two lines of the first panel. By how much do they exceed what you worked out, which saw the warm-up alone?

# %% tags=["nbval-ignore-output"]
if not lab.context.graded:
    bare = json.dumps({"spec": {"minReplicas": 1, "behavior": {"scaleDown": {"stabilizationWindowSeconds": 0}}}})
    # !kubectl patch hpa model --type merge -p '{bare}'
    # !kubectl wait deployment model --for=jsonpath='{.spec.replicas}'=1 --timeout=60s
    ride(lab, "model", "model", [(4, 4), (lab.values["burst"], 26)])

# %% [markdown] lang="pt-BR"
# **E a GPU?** Uma réplica de um modelo grande segura uma GPU inteira, e GPU não tem `400m`. Escalar significa ter outra GPU livre: o HPA
# cria o Pod, ele fica `Pending`, e quem resolve é um *Cluster Autoscaler* que liga máquinas, em minutos. A CPU também é má métrica
# para quem calcula na GPU: usam-se o tamanho da fila, o tempo até o primeiro token ou a ocupação da GPU (exportador DCGM), que chegam ao HPA
# como métricas `Pods` ou `External` por um adaptador. A conta é a mesma.
#
# ## 6 · O que o serverless acrescenta (10 min)
#
# Num HPA comum `minReplicas` é pelo menos 1: sem réplica não há uso, e sem uso não há conta. Sistemas *serverless* sobre Kubernetes
# (Knative, KEDA, OpenFaaS) acrescentam três coisas:
#
# 1. **Concorrência como métrica**: quantas requisições estão em andamento em cada réplica. Vê a carga no instante em que ela chega, sem
#    esperar que alguém gaste CPU. Quantas são? Pela **lei de Little**, *em andamento = chegadas por segundo × duração de cada uma*.
# 2. **Escala até zero**: depois de um tempo sem requisições a última réplica sai.
# 3. Um **ativador**: quem recebe a requisição enquanto não há réplica, guarda-a numa fila, manda criar uma, e a entrega. Ninguém
#    recebe um erro; alguém espera o arranque a frio inteiro.
#
# ```text
#   requisição ──> ativador ──(há réplica?)── sim ──> réplica
#                     │ não: guarda, escala 0 → 1, espera ficar pronta ──> réplica
# ```
#
# Vale a pena quando as chamadas são raras: paga-se pelo que se usa, mais um arranque por chamada. Para um modelo de 40 GB chamado
# a cada minuto, é o pior dos mundos. (Nada disto roda aqui: é aritmética sua, e o ConfigMap é a resposta.)
#
# ### Tarefa 6 · As contas do serverless (4 pontos)
#
# 1. `in_flight`: chegam **`${rate}`** requisições por segundo, cada uma leva 0,25 s. Quantas estão em andamento?
# 2. `replicas`: com o alvo de **4** em andamento por réplica, quantas réplicas?
# 3. `pod_seconds`: outra função é chamada **`${calls}`** vezes num dia, longe umas das outras. A cada vez: 4 s de arranque, 10 s de trabalho,
#    e 60 s de espera até a réplica sair. Quantos Pod-segundos por dia? (Uma réplica sempre ligada: 86 400.)

# %% [markdown] lang="en"
# **And the GPU?** A replica of a large model holds a whole GPU, and there is no `400m` of a GPU. To scale means to have another GPU
# free: the HPA makes the Pod, it stays `Pending`, and what helps is a *Cluster Autoscaler* that switches machines on, in minutes. CPU
# is a bad metric, too, for what computes on a GPU: one uses the length of a queue, the time to the first token or the GPU's occupancy (the DCGM
# exporter), which reach the HPA as metrics `Pods` or `External` through an adapter. The arithmetic is the same.
#
# ## 6 · What serverless adds (10 min)
#
# With a plain HPA `minReplicas` is at least 1: without a replica there is no use, and without use nothing to work out. *Serverless*
# systems on Kubernetes (Knative, KEDA, OpenFaaS) add three things:
#
# 1. **Concurrency as the metric**: how many requests are in flight in each replica. It sees the load the moment it comes, without waiting
#    for anybody to spend CPU. How many are they? By **Little's law**, *in flight = arrivals a second × duration of each*.
# 2. **Scaling to zero**: after some time without requests the last replica goes.
# 3. An **activator**: it receives the request while there is no replica, keeps it in a queue, has one made, and hands it over. Nobody
#    gets an error; somebody waits for the whole cold start.
#
# ```text
#   request ──> activator ──(is there a replica?)── yes ──> replica
#                  │ no: keeps it, scales 0 → 1, waits until it is ready ──> replica
# ```
#
# It pays where calls are rare: one pays for what is used, plus a start for each call. For a model of 40 GB that is called each minute
# it is the worst of all worlds. (None of this runs here: the arithmetic is yours, and the ConfigMap is the answer.)
#
# ### Task 6 · Serverless arithmetic (4 points)
#
# 1. `in_flight`: **`${rate}`** requests a second come, each takes 0.25 s. How many are in flight?
# 2. `replicas`: with a target of **4** in flight for each replica, how many replicas?
# 3. `pod_seconds`: another function is called **`${calls}`** times a day, far from each other. Each time: 4 s of start, 10 s of work, and
#    60 s of grace until the replica goes. How many Pod-seconds a day? (One replica that is always on: 86,400.)

# %% solution="arithmetic"
in_flight, replicas, pod_seconds = 0, 0, 0
### BEGIN SOLUTION
in_flight = lab.values["rate"] * 0.25
replicas = math.ceil(in_flight / 4)
pod_seconds = lab.values["calls"] * (4 + 10 + 60)
### END SOLUTION
answers = f"--from-literal=in_flight={in_flight} --from-literal=replicas={replicas} --from-literal=pod_seconds={pod_seconds}"
# !kubectl create configmap serverless {answers} --dry-run=client -o yaml | kubectl apply -f -

# %% check="serverless"

# %% [markdown] reflect="inference" points=4 lang="pt-BR"
# ### Reflexão (4 pontos, corrigida por uma pessoa)
#
# Um grupo do seu centro quer oferecer um modelo de linguagem aos pesquisadores: 2 a 3 requisições por segundo em horário comercial, surtos
# de 30 por segundo quando uma aula o usa, quase nada à noite. Cada réplica ocupa uma GPU, leva 90 s para carregar e atende 4 por
# segundo. O centro tem 16 GPUs, e à noite todas servem para treinamento.
#
# Em 10 a 15 linhas: que métrica, que mínimo e máximo, que janelas você escolheria, de dia e à noite? O que acontece nos primeiros 90 s
# de um surto, e o que você oferece a quem chega nesse tempo? Escala até zero serve aqui? Apoie um argumento num número do
# gráfico que você fez, e diga o que a simulação **não** permite concluir.
#
# ### BEGIN SOLUTION
# **Resposta-modelo.** CPU não diz nada sobre um modelo na GPU; métrica: requisições em andamento (ou fila) por réplica, que vê o surto na hora.
# De dia: mínimo de 2 réplicas (8/s: quase o triplo do habitual), máximo de 8; a aula se anuncia, então um aumento programado de `minReplicas` antes dela vale
# mais que qualquer reação. À noite mínimo 0 ou 1, e as GPUs voltam ao treinamento (com prioridade menor, para que possam ser
# tomadas). Subida sem janela; descida com janela de 10 min ou mais, porque cada réplica perdida custa 90 s para voltar. Nos primeiros 90 s de um surto de
# 30/s, 2 réplicas atendem 8: faltam 22/s, quase 2000 requisições. Não se evita reagindo: fila com limite e tempo de espera dito,
# resposta de um modelo menor, recusa educada (429), folga comprada, aumento programado. Escala até zero só à noite, e só se alguém aceita
# esperar 90 s; de dia o ativador apenas esconderia a espera. No meu gráfico, do degrau da carga à primeira réplica pronta passaram cerca de
# 10 s com aquecimento de 5 s: metade é medir e decidir, e num cluster comum (15 s + 15 s) seria muito mais. A simulação não mostra filas,
# latência, lotes na GPU, contenção, nem se o uso por requisição é constante: são declarados.
#
# **Rubrica.** 1 ponto: métrica adequada, com a razão por que CPU não serve. 1 ponto: mínimo, máximo e janelas coerentes com os números, de dia e à
# noite. 1 ponto: os primeiros 90 s quantificados (da ordem de 22/s ou 2000 requisições) e algo que se oferece enquanto isso. 1 ponto: um número do próprio gráfico usado
# como argumento **e** um limite da simulação. Meio ponto quando a ideia aparece sem a razão.
# ### END SOLUTION

# %% [markdown] reflect="inference" points=4 lang="en"
# ### Reflection (4 points, graded by a person)
#
# A group at your centre wants to offer a language model to researchers: 2 to 3 requests a second in working hours, bursts of 30 a second
# when a class uses it, next to nothing at night. Each replica takes one GPU, needs 90 s to load, and answers 4 a second. The centre has
# 16 GPUs, and at night all of them serve training.
#
# In 10 to 15 lines: which metric, which minimum and maximum, which windows would you choose, by day and by night? What happens in the first
# 90 s of a burst, and what do you offer to those who come in that time? Is scaling to zero of use here? Support one argument with a
# number from the plot that you made, and say what the simulation does **not** allow you to conclude.
#
# ### BEGIN SOLUTION
# **Model answer.** CPU says nothing about a model on a GPU; metric: requests in flight (or queued) for each replica, which sees the burst at once.
# By day: a minimum of 2 replicas (8/s: nearly three times the usual), a maximum of 8; a class is announced, so a scheduled rise of `minReplicas` before it is worth
# more than any reaction. By night a minimum of 0 or 1, and the GPUs go back to training (at a lower priority, so that they can be
# taken). No window on the way up; on the way down 10 min or more, because each lost replica takes 90 s to come back. In the first 90 s of a burst of
# 30/s, 2 replicas answer 8: 22/s are missing, nearly 2,000 requests. Reacting does not avoid that: a bounded queue with a stated waiting time,
# the answer of a smaller model, a polite refusal (429), bought headroom, a scheduled rise. Scaling to zero only by night, and only if somebody accepts
# to wait 90 s; by day the activator would merely hide the wait. In my plot some 10 s passed from the step of the load to the first ready replica, with a
# warm-up of 5 s: half of it is measuring and deciding, and in an ordinary cluster (15 s + 15 s) it would be much more. The simulation shows no queues,
# latency, batching on the GPU, contention, nor whether the use of a request is constant: these are declared.
#
# **Rubric.** 1 point: a fit metric, with the reason why CPU is not. 1 point: minimum, maximum and windows that agree with the numbers, by day and
# by night. 1 point: the first 90 s in numbers (in the order of 22/s or 2,000 requests), and something that is offered meanwhile. 1 point: a number from one's own plot
# used as an argument **and** a limit of the simulation. Half a point where the idea is there without its reason.
# ### END SOLUTION

# %% [markdown] lang="pt-BR"
# ## O que fica
#
# - Utilização é uso ÷ request. O HPA é uma divisão arredondada para cima; o request é o denominador, e é seu.
# - Sobe-se sem janela e desce-se com janela, porque errar para baixo custa mais.
# - Entre a carga e a réplica pronta há quatro atrasos: medir, decidir, colocar, aquecer. A folga compra esse tempo.
# - Serverless troca CPU por concorrência, o mínimo por zero, e a recusa por espera.
#
# **Próximo:** `10-security`: quem pode o quê, e de onde vem o que você executa. Antes de entregar, use *Ensaiar*.

# %% [markdown] lang="en"
# ## What remains
#
# - Utilisation is use ÷ request. The HPA is a division that is rounded up; the request is the denominator, and it is yours.
# - One goes up without a window and down with one, because to err downwards costs more.
# - Between load and ready replica there are four delays: measure, decide, place, warm up. Headroom buys that time.
# - Serverless trades CPU for concurrency, the minimum for zero, and refusal for waiting.
#
# **Next:** `10-security`: who may do what, and where what you run comes from. Before you hand in, use *Rehearse*.

# %%
rehearse()
