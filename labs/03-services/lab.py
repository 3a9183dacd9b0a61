# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
# ---

# %% [markdown] lang="pt-BR"
# # 03 · Services: um endereço que não muda
#
# **Tempo:** 75 a 90 minutos · **Antes:** `02-pods` · **7 tarefas, 35 pontos**, mais uma pergunta de reflexão (4 pontos)
#
# Um Pod nasce com um endereço IP e morre com ele. O próximo, ainda que igual em tudo, terá outro. Quem quer falar com um
# programa que pode ter dez cópias agora e três daqui a um minuto, cada uma num nó diferente, precisa de um nome que não
# mude e de alguém que saiba, a cada instante, quem atende por ele. É isso o **Service**.
#
# Ao final você saberá:
#
# 1. dar um endereço estável a Pods que vêm e vão, e dizer quem faz cada parte do trabalho;
# 2. escolher com o **seletor** quais Pods respondem, e dividir o tráfego entre duas versões;
# 3. chamar pelo **nome**, de perto e de longe, e dar um nome ao que está fora do cluster;
# 4. dar um nome a **cada** Pod (*headless*), como um programa MPI precisa;
# 5. deixar fora do tráfego quem ainda não está pronto;
# 6. abrir uma porta para fora do cluster, e manter um cliente no mesmo Pod;
# 7. consertar um Service que não responde, com um método e não por sorte.
#
# > **O que aqui é simulado depende do seu cluster.** No provedor `kind` os contêineres existem: as requisições são de
# > verdade, e a verificação envia as suas próprias, de dentro do cluster, e conta quem respondeu. No provedor `embedded` o
# > servidor de API, os controladores e os EndpointSlices são os de verdade, mas os Pods são simulados (KWOK): têm
# > endereço, e ninguém escuta nele; não há DNS nem `exec`. Lá julgamos **o estado** (quem o Service escolheu, com que
# > portas, quem está pronto), e os critérios de tráfego aparecem como *não se aplica*, sem custar pontos.

# %% [markdown] lang="en"
# # 03 · Services: an address that does not change
#
# **Time:** 75 to 90 minutes · **Before it:** `02-pods` · **7 tasks, 35 points**, and one reflection question (4 points)
#
# A Pod is born with an IP address and dies with it. The next one, though equal in everything, has another. Whoever wants
# to speak to a program that may have ten copies now and three in a minute, each on another node, needs a name that does
# not change, and somebody who knows at each moment who answers to it. That is the **Service**.
#
# By the end you will be able to:
#
# 1. give a stable address to Pods that come and go, and say who does which part of the work;
# 2. choose with the **selector** which Pods answer, and split traffic between two versions;
# 3. call by **name**, from near and from far, and give a name to what is outside the cluster;
# 4. give a name to **each** Pod (*headless*), as an MPI program needs;
# 5. keep out of the traffic whoever is not ready yet;
# 6. open a door to the outside, and keep a client with the same Pod;
# 7. mend a Service that does not answer, by method and not by luck.
#
# > **What is simulated here depends on your cluster.** On the provider `kind` containers exist: requests are real, and the
# > check sends its own, from inside the cluster, and counts who answered. On the provider `embedded` the API server, the
# > controllers and the EndpointSlices are the real ones, but the Pods are simulated (KWOK): they have an address and
# > nobody listens at it; there is no DNS and no `exec`. There we judge **state** (whom the Service chose, with which
# > ports, who is ready), and criteria of traffic appear as *not applicable*, and cost no points.

# %%
# %load_ext labkit
from labkit import start

lab = start("03-services")
check, cluster_view, rehearse = lab.check, lab.cluster_view, lab.rehearse

# %% tags=["nbval-ignore-output"]
cluster_view()

# %% [markdown] lang="pt-BR"
# ## 1 · O problema e a solução (15 min)
#
# O centro tem um **portal**, um servidor web. Quem o mantém no ar é um **Deployment**, que o laboratório 04 explica; por
# ora basta saber que ele mantém vários Pods iguais, e põe outro no lugar do que some. A célula cria também o Pod
# `visitor`, de onde faremos chamadas de dentro do cluster.

# %% [markdown] lang="en"
# ## 1 · The problem and the solution (15 min)
#
# The centre has a **portal**, a web server. What keeps it up is a **Deployment**, which lab 04 explains; for now it is
# enough to know that it keeps several equal Pods, and puts another in the place of one that vanishes. The cell also makes
# the Pod `visitor`, from which we shall call from inside the cluster.

# %% [raw] kube="apply"
# apiVersion: apps/v1
# kind: Deployment
# metadata: {name: portal}
# spec:
#   replicas: ${replicas}
#   selector: {matchLabels: {app: portal}}
#   template:
#     metadata: {labels: {app: portal}}
#     spec:
#       containers:
#         - name: web
#           image: localhost/lab/web:1
#           ports: [{name: http, containerPort: 8080}]
#           readinessProbe: {httpGet: {path: /readyz, port: http}, periodSeconds: 2}
# ---
# apiVersion: v1
# kind: Pod
# metadata: {name: visitor, labels: {app: visitor}}
# spec:
#   terminationGracePeriodSeconds: 1
#   containers:
#     - name: tools
#       image: localhost/lab/toolbox:1
#       command: [sleep, infinity]

# %% [markdown] lang="pt-BR"
# Veja a coluna `IP`, apague um Pod, e veja-a de novo:

# %% [markdown] lang="en"
# Look at the `IP` column, delete a Pod, and look again:

# %% tags=["nbval-ignore-output"]
# !kubectl rollout status deployment/portal --timeout=60s
# !kubectl get pods -l app=portal -o wide
# !kubectl delete $(kubectl get pods -l app=portal -o name | head -1)
# !kubectl rollout status deployment/portal --timeout=60s
# !kubectl get pods -l app=portal -o wide

# %% [markdown] lang="pt-BR"
# Nome e endereço do substituto são outros. Um cliente que tivesse anotado o endereço antigo falaria agora com ninguém
# (ou, pior, com quem o herdou). Um Service resolve isto com quatro peças, cada uma com um dono:
#
# ```text
#                     1 servidor de API: guarda o Service e lhe dá um IP virtual, o ClusterIP
#   Service portal ───────────────┐
#   selector: app=portal          │ 2 controlador: procura os Pods do seletor e escreve
#   10.96.0.17:80                 ▼   seus endereços no EndpointSlice, a cada mudança
#                        EndpointSlice portal-x7k2p
#                        10.244.0.5:8080  ready: true     ◄── Pod portal-…-4zq8d
#                        10.244.0.9:8080  ready: true     ◄── Pod portal-…-m2c7v
#                                 │
#   cliente ── "portal" ──► 3 DNS (CoreDNS): o nome vira 10.96.0.17
#           ── 10.96.0.17:80 ──► 4 kube-proxy, em cada nó: regras do kernel que trocam o
#                                  IP virtual pelo de um Pod pronto, sorteado a cada conexão
# ```
#
# Duas consequências que surpreendem. **Não há um processo no meio**: o ClusterIP não é de máquina nenhuma, e nada escuta
# nele; cada nó reescreve os pacotes que saem dele. E o sorteio é **por conexão**, não por requisição: um cliente que
# mantém a conexão aberta (HTTP *keep-alive*, gRPC) fala sempre com o mesmo Pod.
#
# A função abaixo chama um endereço várias vezes, do Pod `visitor`, cada vez com uma conexão nova, e mostra quem
# respondeu. Use-a à vontade em todo o laboratório.

# %% [markdown] lang="en"
# The substitute has another name and another address. A client that had noted the old address would now speak to nobody
# (or, worse, to whoever inherited it). A Service solves this with four parts, each with an owner:
#
# ```text
#                     1 API server: keeps the Service and gives it a virtual IP, the ClusterIP
#   Service portal ───────────────┐
#   selector: app=portal          │ 2 controller: looks for the selector's Pods and writes
#   10.96.0.17:80                 ▼   their addresses into the EndpointSlice, at each change
#                        EndpointSlice portal-x7k2p
#                        10.244.0.5:8080  ready: true     ◄── Pod portal-…-4zq8d
#                        10.244.0.9:8080  ready: true     ◄── Pod portal-…-m2c7v
#                                 │
#   client ── "portal" ──► 3 DNS (CoreDNS): the name becomes 10.96.0.17
#          ── 10.96.0.17:80 ──► 4 kube-proxy, on each node: kernel rules that replace the
#                                 virtual IP by that of a ready Pod, drawn at each connection
# ```
#
# Two consequences that surprise. **There is no process in the middle**: the ClusterIP belongs to no machine, and nothing
# listens at it; each node rewrites the packets that leave it. And the draw is **per connection**, not per request: a
# client that keeps its connection open (HTTP *keep-alive*, gRPC) always speaks to the same Pod.
#
# The function below calls an address several times, from Pod `visitor`, each time with a new connection, and shows who
# answered. Use it as you like in the whole lab.

# %%
import collections
import subprocess


def kubectl(*words):
    return subprocess.run(["kubectl", *words], capture_output=True, text=True).stdout


def who_answers(url, times=20):
    can = kubectl("get", "configmap", "labcluster", "-n", "kube-public", "-o", "jsonpath={.data.capabilities}")
    if "exec" not in can:
        print("(simulado: ninguém responde · simulated: nobody answers)")
        return
    kubectl("wait", "--for=condition=Ready", "pod/visitor", "--timeout=60s")
    calls = f"for i in $(seq {times}); do timeout 2 wget -q -O - {url} 2>&1; done"
    answers = [line.split(" node=")[0] for line in kubectl("exec", "visitor", "--", "sh", "-c", calls).splitlines()]
    for answer, number in collections.Counter(answers).most_common():
        print(f"{number:4}  {'█' * number}  {answer}")


# %% [markdown] lang="pt-BR"
# ### Tarefa 1 · Um endereço para o portal (5 pontos)
#
# Declare o Service `portal`, do tipo padrão (`ClusterIP`): ele escolhe os Pods do portal pelo rótulo deles, recebe na
# porta **80** e entrega na porta **8080** do contêiner.
#
# São duas portas: `port` é a do Service, a que os clientes usam; `targetPort` é a do contêiner. Podem ser iguais, e em
# geral não são: 80 é fácil de lembrar, mas um programa sem privilégios prefere portas acima de 1023.

# %% [markdown] lang="en"
# ### Task 1 · An address for the portal (5 points)
#
# Declare the Service `portal`, of the default type (`ClusterIP`): it chooses the portal's Pods by their label, receives at
# port **80** and delivers at the container's port **8080**.
#
# There are two ports: `port` is the Service's, which clients use; `targetPort` is the container's. They may be equal, and
# usually are not: 80 is easy to remember, but an unprivileged program prefers ports above 1023.

# %% [raw] kube="apply" solution="write-portal"
# ### BEGIN SOLUTION
# apiVersion: v1
# kind: Service
# metadata: {name: portal}
# spec:
#   selector: {app: portal}
#   ports:
#     - port: 80
#       targetPort: 8080
# ### END SOLUTION

# %% check="stable-address"

# %% tags=["nbval-ignore-output"]
# !kubectl get service portal
# !kubectl get endpointslices -l kubernetes.io/service-name=portal
who_answers("http://portal")

# %% [markdown] lang="pt-BR"
# O `CLUSTER-IP` do Service não aparece em nenhum Pod; os endereços do EndpointSlice, sim. Apague outro Pod do portal e
# execute a célula acima de novo: o EndpointSlice muda, o ClusterIP fica.
#
# ## 2 · O seletor é a política de tráfego (10 min)
#
# O Service não sabe o que é um Deployment. Ele faz uma **pergunta sobre rótulos**, o tempo todo, e qualquer Pod do
# namespace que responda sim recebe tráfego, venha de onde vier. Rótulos num seletor somam-se com **e**:
#
# ```text
#                        app=catalog                 app=catalog, version=v2
#                        (Service catalog)           (Service catalog-next)
#                       ┌────────┴──────────┐                │
#   catalog-v1  [Pod] [Pod]      catalog-v2  [Pod]  ◄────────┘
#   app=catalog, version=v1      app=catalog, version=v2
# ```
#
# Assim se experimenta uma versão nova com uma parte dos usuários (uma versão *canário*). A parte é o número de Pods:
# com 2 Pods antigos e 1 novo, cerca de um terço das conexões vai para o novo. É simples e grosseiro; quem precisa de
# 1% com 2 Pods usa um *gateway*, que olha cada requisição.

# %% [markdown] lang="en"
# The Service's `CLUSTER-IP` is that of no Pod; the addresses in the EndpointSlice are. Delete another Pod of the portal and
# run the cell above again: the EndpointSlice changes, the ClusterIP stays.
#
# ## 2 · The selector is the traffic policy (10 min)
#
# The Service does not know what a Deployment is. It asks a **question about labels**, all the time, and any Pod of the
# namespace that answers yes gets traffic, wherever it comes from. Labels in a selector add up with **and**:
#
# ```text
#                        app=catalog                 app=catalog, version=v2
#                        (Service catalog)           (Service catalog-next)
#                       ┌────────┴──────────┐                │
#   catalog-v1  [Pod] [Pod]      catalog-v2  [Pod]  ◄────────┘
#   app=catalog, version=v1      app=catalog, version=v2
# ```
#
# That is how a new version is tried with a part of the users (a *canary* release). The part is the number of Pods: with
# 2 old Pods and 1 new one, about a third of the connections goes to the new one. It is simple and coarse; whoever needs
# 1% with 2 Pods uses a *gateway*, which looks at each request.

# %% [raw] kube="apply"
# apiVersion: apps/v1
# kind: Deployment
# metadata: {name: catalog-v1}
# spec:
#   replicas: 2
#   selector: {matchLabels: {app: catalog, version: v1}}
#   template:
#     metadata: {labels: {app: catalog, version: v1}}
#     spec:
#       containers:
#         - name: web
#           image: localhost/lab/web:1
#           ports: [{name: http, containerPort: 8080}]
#           readinessProbe: {httpGet: {path: /readyz, port: http}, periodSeconds: 2}
# ---
# apiVersion: apps/v1
# kind: Deployment
# metadata: {name: catalog-v2}
# spec:
#   replicas: ${canaries}
#   selector: {matchLabels: {app: catalog, version: v2}}
#   template:
#     metadata: {labels: {app: catalog, version: v2}}
#     spec:
#       containers:
#         - name: web
#           image: localhost/lab/web:2
#           ports: [{name: http, containerPort: 8080}]
#           readinessProbe: {httpGet: {path: /readyz, port: http}, periodSeconds: 2}

# %% [markdown] lang="pt-BR"
# ### Tarefa 2 · Duas perguntas sobre os mesmos Pods (5 pontos)
#
# Declare dois Services, ambos da porta 80 para a 8080:
#
# - `catalog`, que alcança as **duas** versões: é o que os usuários chamam;
# - `catalog-next`, que alcança **só** a versão nova: é o que a equipe chama para testá-la.

# %% [markdown] lang="en"
# ### Task 2 · Two questions about the same Pods (5 points)
#
# Declare two Services, both from port 80 to 8080:
#
# - `catalog`, which reaches **both** versions: that is what users call;
# - `catalog-next`, which reaches **only** the new version: that is what the team calls to test it.

# %% [raw] kube="apply" solution="write-catalog"
# ### BEGIN SOLUTION
# apiVersion: v1
# kind: Service
# metadata: {name: catalog}
# spec:
#   selector: {app: catalog}
#   ports:
#     - {port: 80, targetPort: 8080}
# ---
# apiVersion: v1
# kind: Service
# metadata: {name: catalog-next}
# spec:
#   selector: {app: catalog, version: v2}
#   ports:
#     - {port: 80, targetPort: 8080}
# ### END SOLUTION

# %% check="canary"

# %% tags=["nbval-ignore-output"]
who_answers("http://catalog", 30)
who_answers("http://catalog-next", 30)

# %% [markdown] lang="pt-BR"
# ## 3 · Nomes (10 min)
#
# Cada Service ganha um nome no DNS do cluster. O nome completo tem quatro partes, e quanto dele se escreve depende de
# onde se está:
#
# | de onde se chama | basta escrever |
# |---|---|
# | do mesmo namespace | `portal` |
# | de outro namespace do mesmo cluster | `portal.lab-03-services` |
# | por segurança, de qualquer lugar do cluster | `portal.lab-03-services.svc.cluster.local` |
#
# O milagre é o arquivo `/etc/resolv.conf` que o kubelet escreve em cada contêiner: `search NAMESPACE.svc.cluster.local
# svc.cluster.local cluster.local`. O resolvedor tenta o nome curto com cada final. Por isso um nome curto **muda de
# sentido** quando o Pod muda de namespace: num manifesto que vai ser copiado, escreva o nome completo.
#
# E o que está fora? Um servidor de licenças, por exemplo, fica numa máquina antiga do centro. Um Service do tipo
# **ExternalName** não tem Pods, seletor nem IP: é um apelido (CNAME) no DNS. No dia em que o servidor mudar, muda uma
# linha, e nenhum programa.

# %% [markdown] lang="en"
# ## 3 · Names (10 min)
#
# Each Service gets a name in the cluster's DNS. The full name has four parts, and how much of it one writes depends on
# where one is:
#
# | called from | it is enough to write |
# |---|---|
# | the same namespace | `portal` |
# | another namespace of the same cluster | `portal.lab-03-services` |
# | to be safe, from anywhere in the cluster | `portal.lab-03-services.svc.cluster.local` |
#
# The miracle is the file `/etc/resolv.conf` that the kubelet writes into each container: `search NAMESPACE.svc.cluster.local
# svc.cluster.local cluster.local`. The resolver tries the short name with each ending. So a short name **changes its
# meaning** when the Pod changes its namespace: in a manifest that will be copied, write the full name.
#
# And what is outside? A licence server, for example, sits on an old machine of the centre. A Service of type
# **ExternalName** has no Pods, no selector and no IP: it is an alias (CNAME) in the DNS. The day that the server moves, one
# line changes, and no program.

# %% [markdown] lang="pt-BR"
# ### Tarefa 3 · Chame pelo nome (4 pontos)
#
# 1. Declare o Pod `client`, imagem `localhost/lab/toolbox:1`, comando `[sleep, infinity]`, com duas variáveis de ambiente
#    (`env`): `NEAR`, o endereço HTTP do portal com o **nome mais curto** que serve neste namespace; e `FAR`, o mesmo com o
#    **nome completo**, até `cluster.local`.
# 2. Declare o Service `license`, que dá um nome daqui a `${licenses}.hpc.example` (o nome é inventado: ninguém atende).

# %% [markdown] lang="en"
# ### Task 3 · Call it by its name (4 points)
#
# 1. Declare the Pod `client`, image `localhost/lab/toolbox:1`, command `[sleep, infinity]`, with two environment variables
#    (`env`): `NEAR`, the portal's HTTP address with the **shortest name** that works in this namespace; and `FAR`, the same
#    with the **full name**, as far as `cluster.local`.
# 2. Declare the Service `license`, which gives `${licenses}.hpc.example` a name in here (that name is made up: nobody is
#    there).

# %% [markdown] lang="pt-BR"
# (Quase todo campo de um Pod é imutável; por isso cada tentativa começa por apagar o anterior.)

# %% [markdown] lang="en"
# (Nearly every field of a Pod is immutable; so each attempt begins by deleting the one before.)

# %%
# !kubectl delete pod client --ignore-not-found --now

# %% [raw] kube="apply" solution="write-names"
# ### BEGIN SOLUTION
# apiVersion: v1
# kind: Pod
# metadata: {name: client}
# spec:
#   terminationGracePeriodSeconds: 1
#   containers:
#     - name: tools
#       image: localhost/lab/toolbox:1
#       command: [sleep, infinity]
#       env:
#         - {name: NEAR, value: "http://portal"}
#         - {name: FAR, value: "http://portal.lab-03-services.svc.cluster.local"}
# ---
# apiVersion: v1
# kind: Service
# metadata: {name: license}
# spec:
#   type: ExternalName
#   externalName: ${licenses}.hpc.example
# ### END SOLUTION

# %% check="names"

# %% [markdown] lang="pt-BR"
# No provedor `kind`, veja o arquivo e pergunte ao DNS (no `embedded` não há onde entrar):

# %% [markdown] lang="en"
# On the provider `kind`, look at the file and ask the DNS (on `embedded` there is nothing to go into):

# %% tags=["nbval-ignore-output"]
print(kubectl("exec", "visitor", "--", "cat", "/etc/resolv.conf"))
print(kubectl("exec", "visitor", "--", "nslookup", "portal.lab-03-services.svc.cluster.local"))

# %% [markdown] lang="pt-BR"
# ## 4 · Um nome para cada Pod (15 min)
#
# Às vezes não se quer *qualquer* Pod. Um programa MPI tem processos numerados (*ranks*): o 0 fala com o 3, e não com quem
# o sorteio der. Um banco de dados tem um principal e réplicas. Para isso:
#
# - um **StatefulSet** dá aos Pods nomes fixos e numerados, `rank-0`, `rank-1`..., que sobrevivem a cada substituição;
# - um Service **headless** (`clusterIP: None`) não tem IP virtual: seu nome no DNS responde com os endereços de **todos**
#   os Pods, e cada Pod ganha o seu próprio, `rank-0.ranks`.
#
# ```text
#   com ClusterIP                            headless (clusterIP: None)
#   portal      ──► 10.96.0.17 (virtual)     ranks         ──► 10.244.0.11, 10.244.0.12
#                     └─► um Pod, sorteado   rank-0.ranks  ──► 10.244.0.11   (sempre rank-0)
#                                            rank-1.ranks  ──► 10.244.0.12   (sempre rank-1)
# ```
#
# Sem IP virtual, o kube-proxy não entra na história: não há sorteio e **não há tradução de porta**. O cliente usa a
# porta do contêiner.
#
# **O ovo e a galinha.** Um rank só está pronto quando encontrou os outros; mas um nome só entra no DNS quando o Pod está
# pronto. Com `publishNotReadyAddresses: true`, o Service publica os nomes desde o início. É o que os operadores de MPI,
# de PyTorch e do Kubeflow fazem por você.

# %% [markdown] lang="en"
# ## 4 · A name for each Pod (15 min)
#
# Sometimes one does not want *any* Pod. An MPI program has numbered processes (*ranks*): 0 speaks to 3, and not to whomever
# the draw yields. A database has a primary and replicas. For these:
#
# - a **StatefulSet** gives its Pods fixed, numbered names, `rank-0`, `rank-1`..., which outlive each replacement;
# - a **headless** Service (`clusterIP: None`) has no virtual IP: its name in the DNS answers with the addresses of **all** the
#   Pods, and each Pod gets its own, `rank-0.ranks`.
#
# ```text
#   with a ClusterIP                         headless (clusterIP: None)
#   portal      ──► 10.96.0.17 (virtual)     ranks         ──► 10.244.0.11, 10.244.0.12
#                     └─► one Pod, drawn     rank-0.ranks  ──► 10.244.0.11   (always rank-0)
#                                            rank-1.ranks  ──► 10.244.0.12   (always rank-1)
# ```
#
# Without a virtual IP, kube-proxy has no part in the story: nothing is drawn, and **no port is translated**. The client
# uses the container's port.
#
# **The hen and the egg.** A rank is ready only when it has found the others; but a name enters the DNS only when its Pod is
# ready. With `publishNotReadyAddresses: true` the Service publishes the names from the start. That is what the operators
# of MPI, of PyTorch and of Kubeflow do for you.

# %% [markdown] lang="pt-BR"
# ### Tarefa 4 · Um nome para cada processo (5 pontos)
#
# Declare, numa célula:
#
# - o Service `ranks`, **headless**, que seleciona `app: rank`, com a porta 8080, e publica os nomes mesmo de quem ainda não
#   está pronto;
# - o StatefulSet `rank` (`apiVersion: apps/v1`), com `${ranks}` réplicas, `serviceName` apontando para esse Service,
#   `podManagementPolicy: Parallel` (para que um rank não espere o anterior), rótulo `app: rank` no seletor e no template, e
#   um contêiner `web` com a imagem `localhost/lab/web:1`, que faz aqui o papel do programa paralelo.

# %% [markdown] lang="en"
# ### Task 4 · A name for each process (5 points)
#
# Declare, in one cell:
#
# - the Service `ranks`, **headless**, which selects `app: rank`, with port 8080, and publishes names even of those that are
#   not ready yet;
# - the StatefulSet `rank` (`apiVersion: apps/v1`), with `${ranks}` replicas, its `serviceName` pointing to that Service,
#   `podManagementPolicy: Parallel` (so that no rank waits for the one before it), label `app: rank` in selector and template,
#   and one container `web` with the image `localhost/lab/web:1`, which plays the parallel program here.

# %% [raw] kube="apply" solution="write-ranks"
# ### BEGIN SOLUTION
# apiVersion: v1
# kind: Service
# metadata: {name: ranks}
# spec:
#   clusterIP: None
#   publishNotReadyAddresses: true
#   selector: {app: rank}
#   ports:
#     - port: 8080
# ---
# apiVersion: apps/v1
# kind: StatefulSet
# metadata: {name: rank}
# spec:
#   serviceName: ranks
#   replicas: ${ranks}
#   podManagementPolicy: Parallel
#   selector: {matchLabels: {app: rank}}
#   template:
#     metadata: {labels: {app: rank}}
#     spec:
#       containers:
#         - name: web
#           image: localhost/lab/web:1
# ### END SOLUTION

# %% check="headless"

# %% tags=["nbval-ignore-output"]
# !kubectl get service ranks portal
# !kubectl get endpointslices -l kubernetes.io/service-name=ranks -o custom-columns=HOST:.endpoints[*].hostname,IP:.endpoints[*].addresses[0]
who_answers("http://rank-1.ranks:8080", 10)

# %% [markdown] lang="pt-BR"
# ## 5 · Pronto ou só vivo? (15 min)
#
# O serviço `model` responde perguntas com uma rede neural. Um Pod novo passa um bom tempo carregando pesos: o processo
# está **vivo**, a porta está aberta, mas cada pergunta recebe `503`. A `readinessProbe` do laboratório 02 agora tem um
# efeito visível: enquanto ela falha, o controlador marca o endereço com `ready: false` no EndpointSlice, e o kube-proxy
# não manda ninguém para lá. **Nada é reiniciado**: o Pod continua o que estava fazendo.
#
# | | o Pod está no EndpointSlice? | recebe tráfego? |
# |---|---|---|
# | ainda sem IP (sendo criado) | não | não |
# | rodando, sonda falha | sim, `ready: false` | não |
# | rodando, sonda passa, ou **não há sonda** | sim, `ready: true` | sim |
# | terminando | sim, `terminating: true`, `ready: false` | não; termina o que começou |
#
# A última linha é a outra metade de uma atualização sem falhas: o endereço sai **enquanto** o Pod morre, e os nós levam um
# instante para saber. Um programa bem-educado continua atendendo por uns segundos depois do `SIGTERM`.

# %% [markdown] lang="en"
# ## 5 · Ready, or merely alive? (15 min)
#
# The service `model` answers questions with a neural network. A new Pod spends a good while loading weights: the process is
# **alive**, the port is open, but each question gets a `503`. The `readinessProbe` of lab 02 now has a visible effect: while
# it fails, the controller marks the address with `ready: false` in the EndpointSlice, and kube-proxy sends nobody there.
# **Nothing is restarted**: the Pod goes on with what it was doing.
#
# | | is the Pod in the EndpointSlice? | does it get traffic? |
# |---|---|---|
# | without an IP yet (being created) | no | no |
# | running, probe fails | yes, `ready: false` | no |
# | running, probe passes, or **there is no probe** | yes, `ready: true` | yes |
# | terminating | yes, `terminating: true`, `ready: false` | no; it finishes what it began |
#
# The last line is the other half of an update without failures: the address goes **while** the Pod dies, and the nodes take
# a moment to know. A well-mannered program goes on answering for some seconds after `SIGTERM`.

# %% [raw] kube="apply"
# apiVersion: apps/v1
# kind: Deployment
# metadata: {name: model-now}
# spec:
#   replicas: 2
#   selector: {matchLabels: {app: model, weights: now}}
#   template:
#     metadata: {labels: {app: model, weights: now}}
#     spec:
#       containers:
#         - name: web
#           image: localhost/lab/web:1
#           ports: [{name: http, containerPort: 8080}]
#           readinessProbe: {httpGet: {path: /readyz, port: http}, periodSeconds: 2}
# ---
# apiVersion: v1
# kind: Service
# metadata: {name: model}
# spec:
#   selector: {app: model}
#   ports:
#     - {port: 80, targetPort: 8080}

# %% [markdown] lang="pt-BR"
# ### Tarefa 5 · Só recebe quem está pronto (6 pontos)
#
# Chegaram pesos novos. Declare o Deployment `model-next`, com `${loading}` réplica(s), que entra no **mesmo** Service:
# rótulos `app: model` e `weights: next` (no seletor e no template), e um contêiner `web` com
#
# - a imagem `localhost/lab/web:2`;
# - a variável `WARMUP` com o valor `1h`: durante esse tempo o servidor está vivo e não está pronto;
# - uma `readinessProbe` que pergunta por HTTP `/readyz`, na porta 8080, a cada 5 segundos ou menos.
#
# > **Experimente antes sem a sonda** (no `kind`): aplique, chame `who_answers("http://model")` e veja as falhas
# > aparecerem, intermitentes, que são as piores. Depois ponha a sonda.
#
# > **Simulado no `embedded`:** ninguém pergunta nada a ninguém. O Pod simulado com `readinessProbe` e `WARMUP` fica não
# > pronto por esse tempo; sem a sonda, pronto na hora, como faria o kubelet. Uma sonda no caminho errado passaria
# > despercebida lá; por isso o critério lê o caminho.

# %% [markdown] lang="en"
# ### Task 5 · Only the ready receive (6 points)
#
# New weights have come. Declare the Deployment `model-next`, with `${loading}` replica(s), which joins the **same** Service:
# labels `app: model` and `weights: next` (in selector and template), and one container `web` with
#
# - the image `localhost/lab/web:2`;
# - the variable `WARMUP` with the value `1h`: for that time the server is alive and not ready;
# - a `readinessProbe` that asks by HTTP for `/readyz`, at port 8080, every 5 seconds or more often.
#
# > **Try it without the probe first** (on `kind`): apply, call `who_answers("http://model")` and watch failures come now and
# > then, which are the worst. Then add the probe.
#
# > **Simulated on `embedded`:** nobody asks anybody anything. The simulated Pod with a `readinessProbe` and `WARMUP` is not
# > ready for that time; without the probe it is ready at once, as the kubelet would have it. A probe with a wrong path
# > would go unnoticed there, which is why the criterion reads the path.

# %% [raw] kube="apply" solution="write-model"
# ### BEGIN SOLUTION
# apiVersion: apps/v1
# kind: Deployment
# metadata: {name: model-next}
# spec:
#   replicas: ${loading}
#   selector: {matchLabels: {app: model, weights: next}}
#   template:
#     metadata: {labels: {app: model, weights: next}}
#     spec:
#       containers:
#         - name: web
#           image: localhost/lab/web:2
#           env:
#             - {name: WARMUP, value: 1h}
#           readinessProbe:
#             httpGet: {path: /readyz, port: 8080}
#             periodSeconds: 2
# ### END SOLUTION

# %% check="readiness"

# %% tags=["nbval-ignore-output"]
# !kubectl get endpointslices -l kubernetes.io/service-name=model -o custom-columns=POD:.endpoints[*].targetRef.name,READY:.endpoints[*].conditions.ready
who_answers("http://model")

# %% [markdown] lang="pt-BR"
# ## 6 · Portas para fora, e memória (10 min)
#
# Um ClusterIP só existe dentro do cluster. Os outros tipos **acrescentam** uma porta ao anterior:
#
# | tipo | alcançado por | quem o faz | bom para |
# |---|---|---|---|
# | `ClusterIP` | Pods e nós do cluster | kube-proxy | quase tudo |
# | `NodePort` | o IP de **qualquer** nó, numa porta de 30000 a 32767 | kube-proxy, em todos os nós | testes; atrás de um balanceador do centro |
# | `LoadBalancer` | um IP público, próprio | a nuvem, ou um controlador como o MetalLB | serviços públicos |
#
# Sem nuvem nem MetalLB, um `LoadBalancer` funciona como `NodePort`, e seu `EXTERNAL-IP` fica `<pending>` para sempre: o
# objeto é um pedido, e ninguém o atende. Para muitos serviços HTTP numa só porta, com nomes e TLS, usa-se a *Gateway API*
# (ou o antigo Ingress) diante de Services comuns.
#
# **Afinidade de sessão.** Há programas que guardam o estado de cada usuário na memória do Pod: um caderno Jupyter, uma
# visualização. Com `sessionAffinity: ClientIP`, as conexões de um mesmo **endereço** de origem vão ao mesmo Pod, até que
# passe um tempo sem nenhuma. É um remendo: se o Pod morre, o estado morre com ele; e um laboratório inteiro atrás de um
# NAT é *um* cliente só.

# %% [markdown] lang="en"
# ## 6 · Doors to the outside, and memory (10 min)
#
# A ClusterIP exists only inside the cluster. The other types **add** a door to the one before:
#
# | type | reached by | who makes it | good for |
# |---|---|---|---|
# | `ClusterIP` | the cluster's Pods and nodes | kube-proxy | nearly everything |
# | `NodePort` | the IP of **any** node, at a port from 30000 to 32767 | kube-proxy, on all nodes | tests; behind the centre's own balancer |
# | `LoadBalancer` | a public IP of its own | the cloud, or a controller such as MetalLB | public services |
#
# With neither cloud nor MetalLB, a `LoadBalancer` works as a `NodePort`, and its `EXTERNAL-IP` stays `<pending>` for ever: the
# object is a request, and nobody serves it. For many HTTP services at one door, with names and TLS, one uses the *Gateway
# API* (or the older Ingress) before ordinary Services.
#
# **Session affinity.** Some programs keep each user's state in the Pod's memory: a Jupyter notebook, a visualisation. With
# `sessionAffinity: ClientIP`, connections from one source **address** go to the same Pod, until a time has passed without
# any. It is a patch: if the Pod dies, the state dies with it; and a whole laboratory behind a NAT is *one* client.

# %% [markdown] lang="pt-BR"
# ### Tarefa 6 · Uma porta para fora, e sempre o mesmo Pod (5 pontos)
#
# Declare o Service `portal-door`, do tipo `NodePort`, para os **mesmos** Pods do portal (porta 80 para 8080):
#
# - aberto na porta `${door}` de todos os nós;
# - um cliente fica com o mesmo Pod por `${session}` segundos.
#
# Um Pod pode estar atrás de quantos Services se queira: o `portal` continua como está.

# %% [markdown] lang="en"
# ### Task 6 · A door to the outside, and always the same Pod (5 points)
#
# Declare the Service `portal-door`, of type `NodePort`, for the **same** Pods of the portal (port 80 to 8080):
#
# - open at port `${door}` of every node;
# - a client stays with the same Pod for `${session}` seconds.
#
# A Pod can stand behind as many Services as you like: `portal` stays as it is.

# %% [raw] kube="apply" solution="write-door"
# ### BEGIN SOLUTION
# apiVersion: v1
# kind: Service
# metadata: {name: portal-door}
# spec:
#   type: NodePort
#   selector: {app: portal}
#   sessionAffinity: ClientIP
#   sessionAffinityConfig:
#     clientIP: {timeoutSeconds: ${session}}
#   ports:
#     - port: 80
#       targetPort: 8080
#       nodePort: ${door}
# ### END SOLUTION

# %% check="door"

# %% tags=["nbval-ignore-output"]
# !kubectl get services
who_answers("http://portal")
who_answers("http://portal-door")

# %% [markdown] lang="pt-BR"
# ## 7 · O conserto (10 min)
#
# "O serviço não responde" tem poucas causas, e uma pergunta que as parte ao meio: **há endereços no EndpointSlice?**
#
# ```text
#   kubectl get endpointslices -l kubernetes.io/service-name=NOME
#     │
#     ├─ nenhum ──────────► o seletor não casa: compare-o com kubectl get pods --show-labels
#     ├─ só não prontos ──► a sonda falha: kubectl describe pod
#     └─ prontos ─┬─ recusa ("connection refused") ──► targetPort: ninguém escuta ali
#                 ├─ o nome não existe ──────────────► nome ou namespace errado
#                 └─ silêncio (tempo esgotado) ──────► port que o Service não tem, protocolo, política de rede
# ```
#
# O Service `archive` veio de um colega, com este bilhete: "ontem funcionava". Os Pods estão prontos. Os clientes chamam
# `http://archive`.

# %% [markdown] lang="en"
# ## 7 · The repair (10 min)
#
# "The service does not answer" has few causes, and one question that cuts them in half: **are there addresses in the
# EndpointSlice?**
#
# ```text
#   kubectl get endpointslices -l kubernetes.io/service-name=NAME
#     │
#     ├─ none ────────────► the selector does not match: compare it with kubectl get pods --show-labels
#     ├─ only unready ────► the probe fails: kubectl describe pod
#     └─ ready ─┬─ refusal ("connection refused") ──► targetPort: nobody listens there
#               ├─ there is no such name ───────────► wrong name or namespace
#               └─ silence (timeout) ───────────────► a port that the Service has not, protocol, network policy
# ```
#
# The Service `archive` came from a colleague, with this note: "it worked yesterday". The Pods are ready. Clients call
# `http://archive`.

# %% [raw] kube="apply"
# apiVersion: apps/v1
# kind: Deployment
# metadata: {name: archive}
# spec:
#   replicas: 2
#   selector: {matchLabels: {app: archive, tier: web}}
#   template:
#     metadata: {labels: {app: archive, tier: web}}
#     spec:
#       containers:
#         - name: web
#           image: localhost/lab/web:1
#           ports: [{name: http, containerPort: 8080}]
#           readinessProbe: {httpGet: {path: /readyz, port: http}, periodSeconds: 2}
# ---
# apiVersion: v1
# kind: Service
# metadata: {name: archive}
# spec:
#   selector: {app: archive, tier: front}
#   ports:
#     - {name: http, port: 8080, targetPort: 8008}

# %% tags=["nbval-ignore-output"]
# !kubectl describe service archive
# !kubectl get pods -l app=archive --show-labels
# !kubectl get endpointslices -l kubernetes.io/service-name=archive
who_answers("http://archive", 3)

# %% [markdown] lang="pt-BR"
# ### Tarefa 7 · Conserte o Service archive (5 pontos)
#
# Há **três** defeitos, todos no Service; o primeiro esconde os outros. Deixe o Deployment como está. Escreva o Service
# inteiro de novo, correto.

# %% [markdown] lang="en"
# ### Task 7 · Mend the Service archive (5 points)
#
# There are **three** faults, all in the Service; the first hides the others. Leave the Deployment as it is. Write the whole
# Service anew, and right.

# %% [raw] kube="apply" solution="write-archive"
# ### BEGIN SOLUTION
# apiVersion: v1
# kind: Service
# metadata: {name: archive}
# spec:
#   selector: {app: archive, tier: web}
#   ports:
#     - {name: http, port: 80, targetPort: 8080}
# ### END SOLUTION

# %% check="repair"

# %% tags=["nbval-ignore-output"]
who_answers("http://archive")

# %% [markdown] lang="pt-BR"
# Nenhum dos três defeitos apareceu como erro: a API aceitou o manifesto, o Service tinha um IP, os Pods estavam prontos.
# **Um Service é uma pergunta, e uma pergunta sem resposta não é um erro.** A prova de que funciona é uma requisição que
# volta.
#
# Antes de entregar, salve o caderno e use **Ensaiar**.

# %% [markdown] lang="en"
# None of the three faults showed as an error: the API accepted the manifest, the Service had an IP, the Pods were ready. **A
# Service is a question, and a question without an answer is no error.** The proof that it works is a request that comes
# back.
#
# Before you submit, save the notebook and use **Rehearse**.

# %% tags=["nbval-ignore-output"]
rehearse()

# %% [markdown] reflect="which-service" points=4 lang="pt-BR"
# ### Pergunta · Qual Service, e o que ele não faz? (4 pontos, corrigida à mão)
#
# Um centro de previsão do tempo tem: (1) um solver MPI de 64 processos, que se procuram pelo número; (2) uma API de
# inferência com 6 Pods, chamada por programas em gRPC, que abrem uma conexão e a usam o dia inteiro; (3) o portal dos
# pesquisadores, aberto à internet; (4) o banco de dados de observações, numa máquina física fora do cluster.
#
# Em 10 a 15 linhas: que Service (tipo, headless ou não, afinidade, `publishNotReadyAddresses`) você daria a cada um, e **por
# quê**? Por que os 6 Pods da API receberiam carga desigual, e o que se faz? E diga uma coisa que se espera de um Service e que
# ele **não** faz.
#
# ### BEGIN SOLUTION
# **Resposta-modelo.** **(1)** headless com StatefulSet (ou o operador de MPI, que faz o mesmo): os ranks precisam de nomes
# individuais e estáveis, não de sorteio; `publishNotReadyAddresses: true`, porque só ficam prontos depois de se
# encontrarem. Os dados do MPI vão direto entre Pods (ou pela rede rápida), sem kube-proxy. **(2)** ClusterIP, com
# readiness honesta (pesos carregados). O kube-proxy sorteia por **conexão**: uma conexão gRPC de um dia inteiro prende cada
# cliente a um Pod, e um Pod novo não recebe nada. Soluções: Service headless e balanceamento no cliente, um *proxy* ou malha
# de serviço que entenda HTTP/2, ou limitar a idade das conexões no servidor. Afinidade de sessão pioraria. **(3)** ClusterIP
# atrás de um Gateway/Ingress (nomes, TLS), que por sua vez tem um LoadBalancer; NodePort só para teste ou atrás do
# balanceador do centro. Se o estado das sessões estiver fora do Pod, sem afinidade. **(4)** ExternalName (ou Service sem
# seletor com EndpointSlice escrito à mão, se só houver IP): os programas usam um nome de dentro, e a mudança da máquina não os
# toca. **Não faz:** repetir requisições que falham, balancear requisições de uma conexão, saber se a resposta está certa
# (só se a sonda passa), autenticar ou cifrar, guardar mensagens enquanto não há Pods.
#
# **Critérios (4 pontos).** 1: headless para o MPI, com nomes individuais **e** a publicação antecipada ou o problema de
# partida. 1: a conexão longa como causa da carga desigual, com um remédio que funciona. 1: portal e banco com escolhas
# justificadas (o que abre ao público; o apelido para fora). 1: algo verdadeiro que o Service não faz, com consequência. Meio
# ponto para a escolha certa sem o porquê. Aceite LoadBalancer direto para o portal se TLS e nomes forem lembrados.
# ### END SOLUTION

# %% [markdown] reflect="which-service" points=4 lang="en"
# ### Question · Which Service, and what does it not do? (4 points, graded by hand)
#
# A weather centre has: (1) an MPI solver of 64 processes, which look for each other by number; (2) an inference API with 6 Pods,
# called by programs over gRPC, which open one connection and use it all day; (3) the researchers' portal, open to the
# internet; (4) the database of observations, on a physical machine outside the cluster.
#
# In 10 to 15 lines: which Service (type, headless or not, affinity, `publishNotReadyAddresses`) would you give each, and
# **why**? Why would the API's 6 Pods get unequal load, and what is done about it? And name one thing that people expect of a
# Service and that it does **not** do.
#
# ### BEGIN SOLUTION
# **Model answer.** **(1)** headless, with a StatefulSet (or the MPI operator, which does the same): ranks need stable names of
# their own and no draw; `publishNotReadyAddresses: true`, because they are ready only after they have found each other. MPI's
# data goes straight between Pods (or over the fast network), without kube-proxy. **(2)** ClusterIP, with an honest readiness
# (weights loaded). kube-proxy draws per **connection**: a gRPC connection that lasts all day ties each client to one Pod, and a
# new Pod gets nothing. Remedies: a headless Service and balancing in the client, a proxy or service mesh that understands
# HTTP/2, or a limit to the age of connections in the server. Session affinity would make it worse. **(3)** ClusterIP behind a
# Gateway/Ingress (names, TLS), which itself has a LoadBalancer; NodePort only for tests or behind the centre's balancer. If
# session state is kept outside the Pod, no affinity. **(4)** ExternalName (or a Service without a selector and an EndpointSlice
# written by hand, where there is only an IP): programs use a name from inside, and the machine's move does not touch them. **It
# does not:** repeat requests that fail, balance the requests of one connection, know whether an answer is right (only whether
# the probe passes), authenticate or encrypt, keep messages while there are no Pods.
#
# **Rubric (4 points).** 1: headless for MPI, with names of their own **and** early publication or the problem of starting. 1: the
# long connection as the cause of unequal load, with a remedy that works. 1: portal and database with choices that are
# justified (what opens to the public; the alias to the outside). 1: something true that a Service does not do, with its
# consequence. Half a point for a right choice without the why. Accept a LoadBalancer straight on the portal if TLS and names are
# thought of.
# ### END SOLUTION

# %% [markdown] lang="pt-BR"
# ## Para levar
#
# - Um Service é um nome e um IP que ficam; o EndpointSlice é a lista, sempre nova, de quem atende.
# - O seletor pergunta por rótulos, não por Deployments; quem responde sim recebe tráfego.
# - `port` é do Service, `targetPort` é do contêiner; headless não traduz portas.
# - O sorteio é por conexão. Conexões longas não se reequilibram.
# - Sem `readinessProbe`, começar é estar pronto, e os usuários pagam a diferença.
# - Endereços no EndpointSlice: a pergunta que parte um defeito ao meio.
#
# **Próximo:** `04-deployments` explica quem mantém esses Pods no ar, e troca a versão deles sem que o Service pisque.

# %% [markdown] lang="en"
# ## To take away
#
# - A Service is a name and an IP that stay; the EndpointSlice is the list, always new, of those who answer.
# - The selector asks for labels, not for Deployments; whoever answers yes gets traffic.
# - `port` is the Service's, `targetPort` the container's; headless translates no ports.
# - The draw is per connection. Long connections are not balanced again.
# - Without a `readinessProbe`, to have started is to be ready, and users pay the difference.
# - Addresses in the EndpointSlice: the question that cuts a fault in half.
#
# **Next:** `04-deployments` explains who keeps these Pods up, and changes their version without the Service batting an eye.
