# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
# ---

# %% [markdown] lang="pt-BR"
# # 10 · Segurança: quem pode o quê, quanto e de onde
#
# **Tempo:** 75 a 90 minutos · **Antes:** `02-pods`, `04-deployments` · **6 tarefas, 33 pontos**, mais uma pergunta de
# reflexão (4 pontos)
#
# Um cluster de pesquisa é dividido por gente que não se conhece: um grupo com dados de pacientes, uma turma de sessenta
# alunos, um robô que publica versões às três da manhã. Nenhuma medida isolada os separa. O que funciona são **camadas**:
# cada uma responde a uma pergunta só, e um erro numa delas encontra a seguinte.
#
# ```text
#  pedido ──► quem é?  ──► pode?  ──► é admissível?                         ──► etcd ──► nó ──► rede
#             credencial   RBAC       cota · limites · Pod Security · CEL              taints   NetworkPolicy
#             (token)      tarefa 1   tarefas 2, 3 e 6                                 tarefa 5  tarefa 4
# ```
#
# Ao final você saberá:
#
# 1. dar a um programa só as chaves de que ele precisa, e **experimentar** o que lhe é negado;
# 2. repartir recursos com padrões, máximos e cotas;
# 3. exigir Pods sem privilégios, e consertar os que não passam;
# 4. fechar a rede e abrir só as portas necessárias, sem esquecer o DNS;
# 5. pôr trabalho num nó de borda, que às vezes some;
# 6. escrever, em CEL, uma regra do site: só imagens nossas, e só por digest.
#
# > **O que aqui é simulado.** Os nós e os contêineres: nada roda, nenhuma imagem é baixada. Tudo o que este laboratório julga
# > é decidido pelo **servidor de API e pelo escalonador, que são de verdade**: direitos, cotas, admissão, lugar. A exceção é
# > a rede: uma NetworkPolicy é cumprida pelo plugin de rede dos nós, e o destes clusters (também o do provedor `kind`, com a
# > imagem de nó do curso) **não a cumpre**. Por isso a tarefa 4 é julgada pelo que as políticas *dizem*, e nenhum pacote é enviado.

# %% [markdown] lang="en"
# # 10 · Security: who may do what, how much, and from where
#
# **Time:** 75 to 90 minutes · **Before it:** `02-pods`, `04-deployments` · **6 tasks, 33 points**, and one reflection
# question (4 points)
#
# A research cluster is shared by people who do not know each other: a group with patients' data, a class of sixty students, a
# robot that publishes versions at three in the morning. No single measure keeps them apart. What works is **layers**: each
# answers one question, and a mistake in one of them meets the next.
#
# ```text
#  request ──► who is it? ──► may they? ──► is it admissible?                      ──► etcd ──► node ──► network
#              credential     RBAC          quota · limits · Pod Security · CEL             taints   NetworkPolicy
#              (token)        task 1        tasks 2, 3 and 6                                task 5   task 4
# ```
#
# By the end you will be able to:
#
# 1. give a program only the keys that it needs, and **try** what it is denied;
# 2. share resources out with defaults, maxima and quotas;
# 3. demand Pods without privileges, and mend those that do not pass;
# 4. shut the network and open only the doors that are needed, without forgetting DNS;
# 5. put work on an edge node, which is gone at times;
# 6. write, in CEL, a rule of the site: only our images, and only by digest.
#
# > **What is simulated here.** The nodes and the containers: nothing runs, no image is pulled. All that this lab judges is
# > decided by the **API server and the scheduler, which are real**: rights, quotas, admission, placement. The exception is the
# > network: a NetworkPolicy is enforced by the nodes' network plug-in, and that of these clusters (that of the provider `kind`
# > with the course's node image, too) **does not enforce it**. So task 4 is judged by what the policies *say*; no packet is sent.

# %%
# %load_ext labkit
from labkit import start

lab = start("10-security")
check, cluster_view, rehearse = lab.check, lab.cluster_view, lab.rehearse

# %% tags=["nbval-ignore-output"]
cluster_view()

# %% [markdown] lang="pt-BR"
# Este é o estado em que você recebe o namespace: um portal web, `${app}`, o banco de dados `db` dele, e a senha do banco.
# Funciona, e é tudo.

# %% [markdown] lang="en"
# This is the state in which you are given the namespace: a web portal, `${app}`, its database `db`, and the database's
# password. It works, and that is all.

# %% [raw] kube="apply"
# apiVersion: apps/v1
# kind: Deployment
# metadata: {name: ${app}, labels: {app: ${app}}}
# spec:
#   replicas: 2
#   selector: {matchLabels: {app: ${app}}}
#   template:
#     metadata: {labels: {app: ${app}}}
#     spec:
#       containers:
#         - name: main
#           image: registry.example.org/lab/web:1
#           ports: [{name: http, containerPort: 8080}]
# ---
# apiVersion: apps/v1
# kind: Deployment
# metadata: {name: db, labels: {app: db}}
# spec:
#   replicas: 1
#   selector: {matchLabels: {app: db}}
#   template:
#     metadata: {labels: {app: db}}
#     spec:
#       containers:
#         - name: main
#           image: registry.example.org/lab/db:1
#           ports: [{name: sql, containerPort: ${port}}]
# ---
# apiVersion: v1
# kind: Secret
# metadata: {name: db-password}
# stringData: {password: not-a-real-one}

# %% [markdown] lang="pt-BR"
# ## 1 · Um robô com poucas chaves (12 min)
#
# **RBAC** só sabe permitir: o que nenhuma regra permite é recusado. São três objetos:
#
# | objeto | responde a | exemplo |
# |---|---|---|
# | `ServiceAccount` | quem? (um programa; pessoas vêm de fora: certificado, OIDC) | `robot` |
# | `Role` (num namespace), `ClusterRole` (no cluster) | quais **verbos** em quais **recursos** de qual grupo, e de que nome | `patch` em `deployments.apps` |
# | `RoleBinding`, `ClusterRoleBinding` | quem tem qual Role | `robot` → `robot` |
#
# Quatro armadilhas de todo dia: o grupo da API (`""` para Pods e Secrets, `apps` para Deployments); `resourceNames`, que não
# serve para `create` (ali ainda não há nome) nem para um `list` de todos; `list` em Secrets, que **já** mostra o conteúdo de todos; e as
# Roles prontas (`view`, `edit`, `admin`), cômodas e quase sempre largas demais: `edit` permite ler Secrets e abrir um terminal em
# qualquer contêiner.
#
# E uma regra que protege o próprio RBAC: **ninguém concede o que não tem**. Você recebeu, neste laboratório, o direito de criar
# Roles; tente dar a alguém o poder de mexer em nós, e o servidor recusa. (Quem tem os verbos `escalate` ou `bind` escapa disso; por
# isso quase ninguém deve ter.)

# %% [markdown] lang="en"
# ## 1 · A robot with few keys (12 min)
#
# **RBAC** can only allow: what no rule allows is refused. There are three objects:
#
# | object | answers | example |
# |---|---|---|
# | `ServiceAccount` | who? (a program; people come from outside: certificates, OIDC) | `robot` |
# | `Role` (in a namespace), `ClusterRole` (in the cluster) | which **verbs** on which **resources** of which group, and of which name | `patch` on `deployments.apps` |
# | `RoleBinding`, `ClusterRoleBinding` | who has which Role | `robot` → `robot` |
#
# Four everyday traps: the API group (`""` for Pods and Secrets, `apps` for Deployments); `resourceNames`, which does not serve
# for `create` (there is no name yet) or for a `list` of all; `list` on Secrets, which shows the content of all of them **already**; and the
# ready-made roles (`view`, `edit`, `admin`), handy and nearly always too wide: `edit` lets one read Secrets and open a terminal
# in any container.
#
# And one rule that guards RBAC itself: **nobody grants what they do not have**. In this lab you were given the right to make
# Roles; try to give somebody power over nodes, and the server refuses. (Whoever has the verbs `escalate` or `bind` escapes from
# that; which is why hardly anybody should have them.)

# %% [raw] kube="create --dry-run=server"
# apiVersion: rbac.authorization.k8s.io/v1
# kind: Role
# metadata: {name: too-much}
# rules:
#   - {apiGroups: [""], resources: [nodes], verbs: [delete]}

# %% [markdown] lang="pt-BR"
# ### Tarefa 1 · O robô da esteira (5 pontos)
#
# A esteira de integração contínua publica versões do `${app}`. Crie `ServiceAccount`, `Role` e `RoleBinding`, os três chamados
# **`robot`** (outros nomes você conseguiria criar, mas não alterar depois: o seu próprio direito tem `resourceNames`). O robô precisa:
#
# - ler (`get`) e alterar (`patch`) o Deployment **`${app}`**, e nenhum outro;
# - ler e acompanhar (`get`, `list`, `watch`) os Pods do namespace;
# - e nada mais: nem apagar, nem criar Pods, nem Secrets, nem dar direitos a outros.
#
# O *Verificar* não lê a sua Role: faz, como `robot`, pedidos de verdade ao servidor de API (os que alterariam algo vão como *dry run*),
# e compara as respostas.

# %% [markdown] lang="en"
# ### Task 1 · The pipeline's robot (5 points)
#
# The continuous-integration pipeline publishes versions of `${app}`. Make a `ServiceAccount`, a `Role` and a `RoleBinding`, all
# three called **`robot`** (you could make others, but not change them afterwards: your own right has `resourceNames`). The robot
# needs to:
#
# - read (`get`) and change (`patch`) the Deployment **`${app}`**, and no other;
# - read and follow (`get`, `list`, `watch`) the Pods of the namespace;
# - and nothing else: no deleting, no making of Pods, no Secrets, no granting of rights.
#
# *Check* does not read your Role: it sends, as `robot`, real requests to the API server (those that would change something as a
# *dry run*), and compares the answers.

# %% [raw] kube="apply" solution="write-robot"
# ### BEGIN SOLUTION
# apiVersion: v1
# kind: ServiceAccount
# metadata: {name: robot}
# ---
# apiVersion: rbac.authorization.k8s.io/v1
# kind: Role
# metadata: {name: robot}
# rules:
#   - {apiGroups: [apps], resources: [deployments], resourceNames: [${app}], verbs: [get, patch]}
#   - {apiGroups: [""], resources: [pods], verbs: [get, list, watch]}
# ---
# apiVersion: rbac.authorization.k8s.io/v1
# kind: RoleBinding
# metadata: {name: robot}
# roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: robot}
# subjects: [{kind: ServiceAccount, name: robot}]
# ### END SOLUTION

# %% [markdown] lang="pt-BR"
# Você pode se passar pelas contas do seu namespace (`--as`), e ver o que elas veem:

# %% [markdown] lang="en"
# You may impersonate the accounts of your namespace (`--as`), and see what they see:

# %%
# !kubectl auth can-i --list --as=system:serviceaccount:lab-10-security:robot
# !kubectl get secrets --as=system:serviceaccount:lab-10-security:robot

# %% check="robot"

# %% [markdown] lang="pt-BR"
# ## 2 · Quanto cabe a cada um (12 min)
#
# Direitos dizem **o quê**; não dizem **quanto**. Um aluno que pode criar um Pod pode criar dez mil. Dois objetos tratam disso, e agem
# na *admissão*, antes que o Pod exista:
#
# | | `LimitRange` | `ResourceQuota` |
# |---|---|---|
# | olha para | **um** contêiner, Pod ou volume | a **soma** do namespace |
# | faz | preenche o que falta (`defaultRequest`, `default`); recusa fora de `min` e `max` | recusa o que passaria de `hard` |
# | a recusa diz | `maximum cpu usage per Container is 1` | `exceeded quota: team, requested: ..., used: ..., limited: ...` |
#
# Os dois se completam: numa cota de `requests.cpu`, um Pod que não diz quanto quer é recusado (`must specify requests.cpu`); o
# LimitRange o preenche antes. Nenhum dos dois olha para trás: Pods que já existem ficam, e os que nasceram sem pedidos contam zero.
#
# Em Slurm: `MaxTRESPerJob` e `DefMemPerCPU` lembram o LimitRange, `GrpTRES` da conta lembra a cota. Há uma diferença: o Slurm deixa o
# trabalho na fila até caber (`AssocGrpCpuLimit`); o Kubernetes **recusa** o Pod, e quem o criou (um ReplicaSet, um Job) tenta de novo.
# Quem quer fila usa Kueue ou Volcano (laboratório 07).

# %% [markdown] lang="en"
# ## 2 · How much each one gets (12 min)
#
# Rights say **what**; they do not say **how much**. A student who may create one Pod may create ten thousand. Two objects see to
# that, and act at *admission*, before the Pod exists:
#
# | | `LimitRange` | `ResourceQuota` |
# |---|---|---|
# | looks at | **one** container, Pod or volume | the **sum** of the namespace |
# | does | fills in what is missing (`defaultRequest`, `default`); refuses beyond `min` and `max` | refuses what would go beyond `hard` |
# | the refusal says | `maximum cpu usage per Container is 1` | `exceeded quota: team, requested: ..., used: ..., limited: ...` |
#
# They complete each other: under a quota of `requests.cpu`, a Pod that does not say how much it wants is refused (`must specify
# requests.cpu`); the LimitRange fills it in first. Neither looks back: Pods that exist stay, and those born without requests count
# as zero.
#
# In Slurm, `MaxTRESPerJob` and `DefMemPerCPU` resemble the LimitRange, an account's `GrpTRES` resembles the quota. One difference:
# Slurm leaves the job in the queue until it fits (`AssocGrpCpuLimit`); Kubernetes **refuses** the Pod, and whoever made it (a
# ReplicaSet, a Job) tries again. Who wants a queue takes Kueue or Volcano (lab 07).

# %% [markdown] lang="pt-BR"
# ### Tarefa 2 · Padrões, um máximo e uma cota (5 pontos)
#
# Escreva:
#
# - o LimitRange `sizes`, para cada contêiner: pedido padrão de `${cpu_default}` de CPU e 128Mi; limite padrão de 500m e 256Mi; máximo
#   de `${cpu_max}` CPU e 2Gi;
# - o ResourceQuota `team`: a soma dos pedidos até `${cores}` CPUs e 16Gi, e até 20 Pods.
#
# Escreva `pods: "20"` e `requests.cpu: "${cores}"` entre aspas: são quantidades, e não números.

# %% [markdown] lang="en"
# ### Task 2 · Defaults, a maximum and a quota (5 points)
#
# Write:
#
# - the LimitRange `sizes`, for each container: a default request of `${cpu_default}` of CPU and 128Mi; a default limit of 500m and
#   256Mi; a maximum of `${cpu_max}` CPU and 2Gi;
# - the ResourceQuota `team`: the sum of the requests up to `${cores}` CPUs and 16Gi, and up to 20 Pods.
#
# Write `pods: "20"` and `requests.cpu: "${cores}"` in quotes: they are quantities, not numbers.

# %% [raw] kube="apply" solution="write-limits"
# ### BEGIN SOLUTION
# apiVersion: v1
# kind: LimitRange
# metadata: {name: sizes}
# spec:
#   limits:
#     - type: Container
#       defaultRequest: {cpu: ${cpu_default}, memory: 128Mi}
#       default: {cpu: 500m, memory: 256Mi}
#       max: {cpu: ${cpu_max}, memory: 2Gi}
# ---
# apiVersion: v1
# kind: ResourceQuota
# metadata: {name: team}
# spec:
#   hard: {requests.cpu: "${cores}", requests.memory: 16Gi, pods: "20"}
# ### END SOLUTION

# %% [markdown] lang="pt-BR"
# Um pedido em *dry run* no servidor passa por toda a admissão e devolve o objeto como seria gravado. É a melhor maneira de ver os
# padrões chegarem, e de ler uma recusa antes que ela atrapalhe alguém. O que falta neste Pod, e quem preencheu?

# %% [markdown] lang="en"
# A request as a *dry run* on the server goes through all of admission and returns the object as it would be stored. It is the best
# way to see the defaults arrive, and to read a refusal before it is in anybody's way. What does this Pod lack, and who filled it in?

# %%
# !kubectl run try --image=registry.example.org/lab/web:1 --dry-run=server -o jsonpath='{.spec.containers[0].resources}'

# %%
# !kubectl run try --image=registry.example.org/lab/web:1 --dry-run=server --overrides='{"spec": {"containers": [{"name": "try", "image": "registry.example.org/lab/web:1", "resources": {"limits": {"cpu": "4"}}}]}}'
# !kubectl describe quota

# %% check="limits"

# %% [markdown] lang="pt-BR"
# ## 3 · Sem privilégios (15 min)
#
# Um contêiner é um processo do kernel do nó. Se roda como root, pode ganhar capacidades e não filtra chamadas de sistema, então um
# defeito do kernel é o bastante para sair dele; com `privileged: true` ou um `hostPath`, nem o defeito é preciso. Em HPC isso tem um
# agravante: o nó monta o sistema de arquivos paralelo, e root no nó lê os dados de todos. (É por isso que Slurm roda o trabalho com o
# **uid do usuário**, e que Apptainer não dá root a ninguém.)
#
# **Pod Security** são três níveis prontos, escolhidos por rótulo no namespace:
#
# | nível | recusa |
# |---|---|
# | `privileged` | nada |
# | `baseline` | o que é abertamente perigoso: `privileged`, `hostPath`, rede ou processos do nó, capacidades a mais |
# | `restricted` | também o que não abre mão de privilégios: exige `runAsNonRoot`, `seccompProfile`, `allowPrivilegeEscalation: false`, `capabilities: {drop: [ALL]}` |
#
# E três modos, com o mesmo nível ou outro: `enforce` recusa, `warn` avisa quem aplica, `audit` registra. Os namespaces deste curso
# começam em `baseline`. Antes de subir o nível, **pergunte o que quebraria**: rotular em *dry run* já compara os Pods existentes.

# %% [markdown] lang="en"
# ## 3 · Without privileges (15 min)
#
# A container is a process of the node's kernel. If it runs as root, may gain capabilities and filters no system calls, then one flaw
# of the kernel is enough to get out; with `privileged: true` or a `hostPath`, not even the flaw is needed. In HPC there is more to
# it: the node mounts the parallel file system, and root on the node reads everybody's data. (That is why Slurm runs a job with the
# **user's uid**, and why Apptainer gives nobody root.)
#
# **Pod Security** is three ready-made levels, chosen by a label of the namespace:
#
# | level | refuses |
# |---|---|
# | `privileged` | nothing |
# | `baseline` | what is plainly dangerous: `privileged`, `hostPath`, the node's network or processes, added capabilities |
# | `restricted` | also what does not give its privileges up: it demands `runAsNonRoot`, `seccompProfile`, `allowPrivilegeEscalation: false`, `capabilities: {drop: [ALL]}` |
#
# And three modes, of the same level or another: `enforce` refuses, `warn` tells whoever applies, `audit` records. The namespaces of
# this course begin at `baseline`. Before you raise the level, **ask what would break**: labelling as a dry run compares the Pods
# that exist already.

# %%
# !kubectl label --dry-run=server --overwrite namespace lab-10-security pod-security.kubernetes.io/enforce=restricted

# %% [markdown] lang="pt-BR"
# ### Tarefa 3 · Subir o nível, e consertar o portal (5 pontos)
#
# Na primeira célula, ponha o namespace em `enforce=restricted` de verdade. (Esse direito você tem só para estes rótulos, e nunca abaixo
# de `baseline`: uma política de admissão do curso vigia, com o mesmo mecanismo da tarefa 6.)

# %% [markdown] lang="en"
# ### Task 3 · Raise the level, and mend the portal (5 points)
#
# In the first cell, put the namespace at `enforce=restricted` for real. (You have that right for these labels alone, and never below
# `baseline`: an admission policy of the course sees to it, by the same mechanism as in task 6.)

# %% solution="label-namespace"
### BEGIN SOLUTION
# !kubectl label --overwrite namespace lab-10-security pod-security.kubernetes.io/enforce=restricted
### END SOLUTION

# %% [markdown] lang="pt-BR"
# O portal continua no ar: a admissão só olha para o que **nasce**. Mas basta um reinício, ou um nó que caia, para se ver o estrago. O
# Deployment é aceito com um aviso; quem é recusado são os Pods, um nível abaixo, e a queixa aparece só nos eventos do ReplicaSet:

# %% [markdown] lang="en"
# The portal is still up: admission only looks at what is **born**. But a restart, or a node that fails, is enough to see the damage.
# The Deployment is accepted with a warning; the Pods are what is refused, one level below, and the complaint is seen only in the
# events of the ReplicaSet:

# %% tags=["nbval-ignore-output"]
# !kubectl rollout restart deployment {lab.values["app"]}
# !kubectl wait --for=condition=ReplicaFailure deployment {lab.values["app"]} --timeout=5s
# !kubectl get deployment {lab.values["app"]} -o jsonpath='{{.status.conditions[?(@.type=="ReplicaFailure")].message}}'
# !kubectl get replicasets -l app={lab.values["app"]}

# %% [markdown] lang="pt-BR"
# Agora conserte o Deployment `${app}` (aplique-o inteiro, com a mesma imagem e duas réplicas): que cumpra `restricted`, com usuário
# `10001`, e que **não leve o token** da ServiceAccount: um portal web não fala com a API do Kubernetes, e quem o invadisse ganharia uma
# credencial.

# %% [markdown] lang="en"
# Now mend the Deployment `${app}` (apply it whole, with the same image and two replicas): let it meet `restricted`, with user `10001`,
# and let it **not carry the token** of the ServiceAccount: a web portal does not talk to the Kubernetes API, and whoever broke into it
# would gain a credential.

# %% [raw] kube="apply" solution="mend-app"
# ### BEGIN SOLUTION
# apiVersion: apps/v1
# kind: Deployment
# metadata: {name: ${app}, labels: {app: ${app}}}
# spec:
#   replicas: 2
#   selector: {matchLabels: {app: ${app}}}
#   template:
#     metadata: {labels: {app: ${app}}}
#     spec:
#       automountServiceAccountToken: false
#       securityContext:
#         runAsNonRoot: true
#         runAsUser: 10001
#         seccompProfile: {type: RuntimeDefault}
#       containers:
#         - name: main
#           image: registry.example.org/lab/web:1
#           ports: [{name: http, containerPort: 8080}]
#           securityContext:
#             allowPrivilegeEscalation: false
#             capabilities: {drop: [ALL]}
# ### END SOLUTION

# %% check="restricted"

# %% [markdown] lang="pt-BR"
# ## 4 · Quem fala com quem (15 min)
#
# Num cluster sem políticas, **todo Pod fala com todo Pod**, de qualquer namespace: o caderno do aluno alcança o banco do hospital. Uma
# `NetworkPolicy` funciona assim:
#
# - um Pod que **nenhuma** política seleciona está aberto, para dentro (`Ingress`) e para fora (`Egress`);
# - assim que **uma** o seleciona, numa direção, só passa o que alguma regra admite. Regras só somam; não há "negar";
# - uma conexão passa por **duas** portas: a saída de quem chama e a entrada de quem atende;
# - em `from` e `to`, cada traço é uma alternativa. Dois seletores no **mesmo** traço valem juntos; em traços separados, basta um:
#
# ```yaml
# from:                                              from:
# - namespaceSelector: {matchLabels: {team: a}}      - namespaceSelector: {matchLabels: {team: a}}
#   podSelector: {matchLabels: {app: web}}           - podSelector: {matchLabels: {app: web}}
# # web, dos namespaces de a                         # qualquer Pod dos namespaces de a, e também web daqui
# ```
#
# > Quem cumpre é o plugin de rede (Calico, Cilium, o kindnet recente...). Sem um que o faça, o objeto é aceito e **nada muda**, que é o
# > caso aqui. Numa rede InfiniBand, que passa ao largo do kernel, também não: ali a separação é feita por partições (P_Keys), no switch.
#
# `lab.reach()` calcula, a partir das políticas, quem chegaria a quem:

# %% [markdown] lang="en"
# ## 4 · Who talks to whom (15 min)
#
# In a cluster without policies, **every Pod talks to every Pod**, of whatever namespace: the student's notebook reaches the hospital's
# database. A `NetworkPolicy` works like this:
#
# - a Pod that **no** policy selects is open, inwards (`Ingress`) and outwards (`Egress`);
# - as soon as **one** selects it, in a direction, only what some rule admits may pass. Rules only add; there is no "deny";
# - a connection goes through **two** doors: the way out of the caller and the way in of the one who answers;
# - under `from` and `to`, each dash is an alternative. Two selectors in the **same** dash hold together; in separate ones, either will do:
#
# ```yaml
# from:                                              from:
# - namespaceSelector: {matchLabels: {team: a}}      - namespaceSelector: {matchLabels: {team: a}}
#   podSelector: {matchLabels: {app: web}}           - podSelector: {matchLabels: {app: web}}
# # web, of the namespaces of a                      # any Pod of the namespaces of a, and web from here too
# ```
#
# > What enforces it is the network plug-in (Calico, Cilium, recent kindnet...). Without one that does, the object is accepted and
# > **nothing changes**, which is the case here. Nor does it in an InfiniBand network, which bypasses the kernel: there the separation
# > is made by partitions (P_Keys), in the switch.
#
# `lab.reach()` works out, from the policies, who would reach whom:

# %% tags=["nbval-ignore-output"]
lab.reach()

# %% [markdown] lang="pt-BR"
# ### Tarefa 4 · Fechar tudo, abrir o necessário (6 pontos)
#
# Escreva as políticas (três bastam) de modo que:
#
# - um Pod **qualquer** do namespace, também um futuro, nem receba nem envie nada;
# - `${app}` receba de **qualquer lugar**, só na porta 8080;
# - `${app}` envie só a `db`, na porta `${port}`, e ao DNS do cluster (Pods `k8s-app: kube-dns` do namespace `kube-system`, porta 53, por
#   UDP **e** TCP);
# - `db` receba só de `${app}` **deste** namespace, na porta `${port}`.

# %% [markdown] lang="en"
# ### Task 4 · Shut everything, open what is needed (6 points)
#
# Write the policies (three will do) so that:
#
# - **any** Pod of the namespace, a future one too, neither receives nor sends anything;
# - `${app}` receives from **anywhere**, on port 8080 only;
# - `${app}` sends only to `db`, on port `${port}`, and to the cluster's DNS (Pods `k8s-app: kube-dns` of namespace `kube-system`, port
#   53, by UDP **and** TCP);
# - `db` receives only from `${app}` of **this** namespace, on port `${port}`.

# %% [raw] kube="apply" solution="write-network"
# ### BEGIN SOLUTION
# apiVersion: networking.k8s.io/v1
# kind: NetworkPolicy
# metadata: {name: default-deny}
# spec:
#   podSelector: {}
#   policyTypes: [Ingress, Egress]
# ---
# apiVersion: networking.k8s.io/v1
# kind: NetworkPolicy
# metadata: {name: app}
# spec:
#   podSelector: {matchLabels: {app: ${app}}}
#   policyTypes: [Ingress, Egress]
#   ingress:
#     - ports: [{port: 8080}]
#   egress:
#     - to: [{podSelector: {matchLabels: {app: db}}}]
#       ports: [{port: ${port}}]
#     - to:
#         - namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: kube-system}}
#           podSelector: {matchLabels: {k8s-app: kube-dns}}
#       ports: [{port: 53, protocol: UDP}, {port: 53, protocol: TCP}]
# ---
# apiVersion: networking.k8s.io/v1
# kind: NetworkPolicy
# metadata: {name: db}
# spec:
#   podSelector: {matchLabels: {app: db}}
#   policyTypes: [Ingress]
#   ingress:
#     - from: [{podSelector: {matchLabels: {app: ${app}}}}]
#       ports: [{port: ${port}}]
# ### END SOLUTION

# %% tags=["nbval-ignore-output"]
lab.reach()

# %% check="network"

# %% [markdown] lang="pt-BR"
# ## 5 · Na borda (10 min)
#
# Um nó de **borda** fica junto da origem dos dados: um telescópio, um sequenciador, um barco. É um nó como os outros para a API, e
# diferente em tudo o mais: pequeno, ao alcance de mãos estranhas, atrás de uma ligação que **cai**. O que muda no projeto:
#
# | | no centro | na borda |
# |---|---|---|
# | se o nó some por 5 minutos | os Pods são despejados e recriados noutro lugar | o instrumento está ali: noutro lugar o Pod não serve |
# | dados | perto, em Lustre ou GPFS | filtrados no local; manda-se só o resultado |
# | acesso físico | sala fechada | qualquer um: poucos segredos, disco cifrado, credenciais próprias e curtas |
# | quem pode ir para lá | quem pede | só quem precisa: taint |
#
# Quando um nó deixa de responder, o plano de controle põe nele o taint `node.kubernetes.io/unreachable:NoExecute`. Cada Pod recebe, sem
# pedir, uma tolerância a ele de **300 segundos** (veja `spec.tolerations` de qualquer um). Passado o prazo, o Pod é apagado. Na borda se
# escreve essa tolerância sem prazo: o kubelet segue cuidando do contêiner, mesmo sozinho. (É o que um DaemonSet já faz.)

# %% [markdown] lang="en"
# ## 5 · At the edge (10 min)
#
# An **edge** node is next to where data come from: a telescope, a sequencer, a ship. To the API it is a node like the others, and it
# differs in everything else: small, within reach of strange hands, behind a link that **goes down**. What changes in the design:
#
# | | in the centre | at the edge |
# |---|---|---|
# | if the node is gone for 5 minutes | its Pods are evicted and made anew elsewhere | the instrument is there: elsewhere the Pod is of no use |
# | data | near, on Lustre or GPFS | filtered on the spot; only the result is sent |
# | physical access | a locked room | anybody: few secrets, an encrypted disk, credentials of its own that expire soon |
# | who may go there | who asks | only who needs to: a taint |
#
# When a node no longer answers, the control plane gives it the taint `node.kubernetes.io/unreachable:NoExecute`. Each Pod is given,
# unasked, a toleration of it for **300 seconds** (see `spec.tolerations` of any). When that is over, the Pod is deleted. At the edge one
# writes that toleration without a deadline: the kubelet goes on minding the container, even alone. (A DaemonSet does so by itself.)

# %%
# !kubectl get nodes -o custom-columns='NODE:.metadata.name,ROLE:.metadata.labels.pool,ZONE:.metadata.labels.topology\.kubernetes\.io/zone,CPU:.status.allocatable.cpu,TAINTS:.spec.taints[*].key'

# %% [markdown] lang="pt-BR"
# ### Tarefa 5 · Um sensor que fica (4 pontos)
#
# Declare um Deployment (ou um DaemonSet) `sensor`, cujos Pods levam o rótulo `app: sensor`, com a imagem
# `registry.example.org/lab/collector@${digest}`, que:
#
# - rode só em nós com o rótulo `node-role.kubernetes.io/edge`;
# - tolere o taint `edge`, e não todos os taints;
# - fique no nó, sem prazo, quando a ligação cair;
# - seja admitido neste namespace (você subiu o nível).

# %% [markdown] lang="en"
# ### Task 5 · A sensor that stays (4 points)
#
# Declare a Deployment (or a DaemonSet) `sensor`, whose Pods carry the label `app: sensor`, with the image
# `registry.example.org/lab/collector@${digest}`, which:
#
# - runs only on nodes with the label `node-role.kubernetes.io/edge`;
# - tolerates the taint `edge`, and not every taint;
# - stays on its node, without a deadline, when the link goes down;
# - is admitted in this namespace (you have raised the level).

# %% [raw] kube="apply" solution="write-sensor"
# ### BEGIN SOLUTION
# apiVersion: apps/v1
# kind: Deployment
# metadata: {name: sensor}
# spec:
#   selector: {matchLabels: {app: sensor}}
#   template:
#     metadata: {labels: {app: sensor}}
#     spec:
#       automountServiceAccountToken: false
#       nodeSelector: {node-role.kubernetes.io/edge: "true"}
#       tolerations:
#         - {key: edge, operator: Equal, value: "true", effect: NoSchedule}
#         - {key: node.kubernetes.io/unreachable, operator: Exists, effect: NoExecute}
#       securityContext: {runAsNonRoot: true, runAsUser: 10001, seccompProfile: {type: RuntimeDefault}}
#       containers:
#         - name: main
#           image: registry.example.org/lab/collector@${digest}
#           securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}
#           resources: {requests: {cpu: 100m, memory: 64Mi}, limits: {cpu: 200m, memory: 128Mi}}
# ### END SOLUTION

# %% check="edge"

# %% tags=["nbval-ignore-output"]
# !kubectl get pods -l app=sensor -o custom-columns='POD:.metadata.name,NODE:.spec.nodeName,TOLERATES:.spec.tolerations[*].key,FOR:.spec.tolerations[*].tolerationSeconds'

# %% [markdown] lang="pt-BR"
# ## 6 · Estes bytes, e não outros (18 min)
#
# `web:1` é um **apelido**: quem controla o registry pode apontá-lo amanhã para outros bytes. `web@sha256:...` é o **conteúdo**: se um
# byte mudar, o digest muda. Fixar por digest dá reprodutibilidade (o mesmo experimento) e segurança (ninguém troca a imagem por baixo).
# Mas o digest só diz **quais** bytes; não diz de quem são, nem se prestam. A escada da *proveniência*:
#
# | pergunta | resposta |
# |---|---|
# | são os mesmos bytes? | digest |
# | quem os fez? | assinatura (Sigstore cosign; em Apptainer, SIF assinado), conferida na admissão |
# | de que código, por qual esteira? | atestado de construção (SLSA) |
# | o que há dentro? | inventário (SBOM), e a lista de falhas conhecidas |
#
# As camadas até aqui vieram prontas. Para uma regra **do seu site** há a `ValidatingAdmissionPolicy`: uma expressão CEL que o próprio
# servidor de API avalia a cada pedido, sem programa a mais. (O `job_submit.lua` do Slurm faz o mesmo papel.) São dois objetos do
# **cluster inteiro**:
#
# ```text
#  ValidatingAdmissionPolicy                       ValidatingAdmissionPolicyBinding
#    matchConstraints: que pedidos olhar             policyName
#    validations: [expression, message]              validationActions: [Deny]      (ou Warn, Audit)
#    failurePolicy: Fail                             matchResources: em que namespaces
# ```
#
# Em CEL: `object` é o que chega; `lista.all(x, condição)`; `texto.matches('regex')`; e **`has(a.b)`** antes de usar um campo que pode
# faltar, porque um erro de avaliação, com `failurePolicy: Fail`, também recusa.
#
# > ⚠️ Um binding sem `namespaceSelector` vale para o **cluster todo**: com uma expressão errada, nenhum outro laboratório cria mais um
# > Pod, e nem o sistema cria os dele. Uma política nunca alcança políticas e bindings, para que sempre se possa desfazer. Se acontecer:
# > `!kubectl delete validatingadmissionpolicybinding images-by-digest`, ou, no terminal, `labcluster reset --lab 10-security`.

# %% [markdown] lang="en"
# ## 6 · These bytes and no others (18 min)
#
# `web:1` is a **nickname**: whoever controls the registry can point it to other bytes tomorrow. `web@sha256:...` is the **content**: if
# one byte changes, so does the digest. Pinning by digest gives reproducibility (the same experiment) and security (nobody swaps the
# image underneath). But the digest only says **which** bytes; it does not say whose they are, nor whether they are any good. The ladder
# of *provenance*:
#
# | question | answer |
# |---|---|
# | are they the same bytes? | digest |
# | who made them? | a signature (Sigstore cosign; in Apptainer, a signed SIF), verified at admission |
# | from which source, by which pipeline? | a build attestation (SLSA) |
# | what is in there? | a bill of materials (SBOM), and the list of known flaws |
#
# The layers so far came ready-made. For a rule **of your site** there is the `ValidatingAdmissionPolicy`: a CEL expression that the API
# server itself evaluates at each request, without another program. (Slurm's `job_submit.lua` plays the same part.) It is two objects of
# the **whole cluster**:
#
# ```text
#  ValidatingAdmissionPolicy                       ValidatingAdmissionPolicyBinding
#    matchConstraints: which requests to look at     policyName
#    validations: [expression, message]              validationActions: [Deny]      (or Warn, Audit)
#    failurePolicy: Fail                             matchResources: in which namespaces
# ```
#
# In CEL: `object` is what arrives; `list.all(x, condition)`; `text.matches('regex')`; and **`has(a.b)`** before you use a field that may
# be missing, since an evaluation error, with `failurePolicy: Fail`, refuses as well.
#
# > ⚠️ A binding without a `namespaceSelector` holds for the **whole cluster**: with a wrong expression, no other lab makes a Pod any
# > more, and neither does the system. A policy never reaches policies and bindings, so that it can always be undone. If it happens:
# > `!kubectl delete validatingadmissionpolicybinding images-by-digest`, or, in a terminal, `labcluster reset --lab 10-security`.

# %% [markdown] lang="pt-BR"
# ### Tarefa 6 · Só imagens nossas, e só por digest (8 pontos)
#
# Primeiro, o portal: que o Deployment `${app}` use a imagem pelo digest, `registry.example.org/lab/web@` seguido do seu valor
# `${digest}`, sem mudar mais nada.

# %% [markdown] lang="en"
# ### Task 6 · Only our images, and only by digest (8 points)
#
# First, the portal: let the Deployment `${app}` use the image by digest, `registry.example.org/lab/web@` followed by your value
# `${digest}`, and change nothing else.

# %% solution="pin-app"
### BEGIN SOLUTION
# !kubectl set image deployment {lab.values["app"]} main=registry.example.org/lab/web@{lab.values["digest"]}
### END SOLUTION

# %% [markdown] lang="pt-BR"
# Depois, a regra. Escreva a ValidatingAdmissionPolicy e o ValidatingAdmissionPolicyBinding, os dois chamados **`images-by-digest`**:
#
# - vale para a criação e a alteração de **Pods**, e só no namespace `lab-10-security`;
# - recusa um Pod em que a imagem de **algum** contêiner, também dos `initContainers`, não comece por `registry.example.org/lab/` ou não
#   termine num digest (`@sha256:` e 64 algarismos hexadecimais);
# - a recusa diz em palavras o que se espera (que a palavra *digest* apareça).

# %% [markdown] lang="en"
# Then, the rule. Write the ValidatingAdmissionPolicy and the ValidatingAdmissionPolicyBinding, both called **`images-by-digest`**:
#
# - it holds for making and changing **Pods**, and only in the namespace `lab-10-security`;
# - it refuses a Pod in which the image of **any** container, `initContainers` too, does not begin with `registry.example.org/lab/` or
#   does not end in a digest (`@sha256:` and 64 hexadecimal digits);
# - the refusal says in words what is expected (let the word *digest* be in it).

# %% [raw] kube="apply" solution="write-policy"
# ### BEGIN SOLUTION
# apiVersion: admissionregistration.k8s.io/v1
# kind: ValidatingAdmissionPolicy
# metadata: {name: images-by-digest}
# spec:
#   failurePolicy: Fail
#   matchConstraints:
#     resourceRules:
#       - {apiGroups: [""], apiVersions: [v1], operations: [CREATE, UPDATE], resources: [pods]}
#   variables:
#     - name: first
#       expression: "has(object.spec.initContainers) ? object.spec.initContainers : []"
#   validations:
#     - expression: "(object.spec.containers + variables.first).all(c, c.image.matches('^registry[.]example[.]org/lab/[^@]+@sha256:[0-9a-f]{64}$'))"
#       message: "each image must be the site's (registry.example.org/lab/) and named by digest (@sha256:...), not by tag"
# ---
# apiVersion: admissionregistration.k8s.io/v1
# kind: ValidatingAdmissionPolicyBinding
# metadata: {name: images-by-digest}
# spec:
#   policyName: images-by-digest
#   validationActions: [Deny]
#   matchResources:
#     namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: lab-10-security}}
# ### END SOLUTION

# %% check="policy"

# %% [markdown] lang="pt-BR"
# Uma política leva cerca de um segundo para entrar em vigor. Experimente-a: um Pod sem privilégios, mas por tag.

# %% [markdown] lang="en"
# A policy takes about a second to be in force. Try it: a Pod without privileges, but by tag.

# %% [raw] kube="create --dry-run=server"
# apiVersion: v1
# kind: Pod
# metadata: {name: by-tag}
# spec:
#   securityContext: {runAsNonRoot: true, runAsUser: 10001, seccompProfile: {type: RuntimeDefault}}
#   containers:
#     - name: main
#       image: registry.example.org/lab/web:1
#       securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}

# %% [markdown] lang="pt-BR"
# E o `db`, que ainda usa uma tag? Segue rodando, porque ninguém o recria. No dia em que o nó dele cair, o Pod novo será recusado, e o
# portal ficará sem banco. Uma regra nova se anuncia primeiro (`validationActions: [Warn, Audit]`), e se impõe depois.

# %% [markdown] lang="en"
# And `db`, which still uses a tag? It goes on running, since nobody makes it anew. The day its node fails, the new Pod will be refused,
# and the portal will have no database. A new rule is first announced (`validationActions: [Warn, Audit]`), and enforced afterwards.

# %% [markdown] lang="pt-BR"
# ## Governança: as camadas lado a lado
#
# | pergunta | Slurm num centro de HPC | Kubernetes |
# |---|---|---|
# | quem é? | conta Unix, a mesma em todos os nós | token, certificado ou OIDC; ServiceAccount para programas |
# | a que tem direito? | associações e coordenadores (`sacctmgr`), `AllowGroups` da partição | RBAC por namespace |
# | quanto? | `GrpTRES`, `MaxTRES`, QOS; o trabalho **espera** | ResourceQuota, LimitRange; o Pod é **recusado** (ou espera em Kueue, Volcano) |
# | com que identidade roda? | sempre o uid do usuário; o Lustre confia nele | o que o Pod disser: daí Pod Security, e `runAsUser` imposto |
# | que software? | módulos do site, Apptainer assinado | digest, assinatura, política de admissão |
# | regra do site | `job_submit.lua`, `prolog` | ValidatingAdmissionPolicy, webhooks |
# | quem fala com quem? | nós exclusivos, `pam_slurm_adopt`, P_Keys | NetworkPolicy |
# | o que ficou registrado? | `sacct` | log de auditoria da API |
#
# O namespace separa **quem se comporta**: o kernel, a GPU e a rede seguem comuns. Para inquilinos hostis, ou dados que a lei protege, o
# passo seguinte é um nó por inquilino (taints), uma máquina virtual por Pod (Kata), ou um cluster por inquilino, como o seu. Em IA há mais
# dois bens a guardar: os **pesos** do modelo, que são um arquivo e saem por qualquer porta aberta (Egress!), e as **GPUs** divididas, cuja
# memória o Kubernetes não isola (MIG isola; *time-slicing*, não).

# %% [markdown] lang="en"
# ## Governance: the layers side by side
#
# | question | Slurm in an HPC centre | Kubernetes |
# |---|---|---|
# | who is it? | a Unix account, the same on all nodes | a token, certificate or OIDC; a ServiceAccount for programs |
# | what are they entitled to? | associations and coordinators (`sacctmgr`), a partition's `AllowGroups` | RBAC by namespace |
# | how much? | `GrpTRES`, `MaxTRES`, QOS; the job **waits** | ResourceQuota, LimitRange; the Pod is **refused** (or waits in Kueue, Volcano) |
# | as whom does it run? | always the user's uid; Lustre trusts it | what the Pod says: hence Pod Security, and an imposed `runAsUser` |
# | which software? | the site's modules, signed Apptainer | digest, signature, admission policy |
# | a rule of the site | `job_submit.lua`, `prolog` | ValidatingAdmissionPolicy, webhooks |
# | who talks to whom? | exclusive nodes, `pam_slurm_adopt`, P_Keys | NetworkPolicy |
# | what was recorded? | `sacct` | the API's audit log |
#
# A namespace separates **those who behave**: kernel, GPU and network are still common. For hostile tenants, or data that the law
# protects, the next step is a node for each tenant (taints), a virtual machine for each Pod (Kata), or a cluster for each tenant, such as
# yours. In AI there are two more goods to guard: a model's **weights**, which are a file and leave by any open door (Egress!), and shared
# **GPUs**, whose memory Kubernetes does not isolate (MIG does; time-slicing does not).

# %% [markdown] reflect="three-tenants" points=4 lang="pt-BR"
# ### Pergunta · Três inquilinos (4 pontos, corrigida à mão)
#
# Um centro abre um só cluster a três inquilinos: (1) um grupo de genômica, com dados de pacientes protegidos por lei, em Lustre; (2) um
# curso com 60 alunos, que trazem cadernos e imagens da internet; (3) uma empresa parceira, que serve um modelo ao público e treina à noite,
# com um robô que publica versões.
#
# Em 10 a 15 linhas: que camadas você poria para **cada** um (direitos, quanto, privilégios, rede, imagens, nós), e por quê? Diga uma
# recusa que **você viu** neste laboratório e o que ela teria evitado. O que nenhuma destas camadas resolve, e o que faria nesse caso? Em
# que o Slurm já é melhor?
#
# ### BEGIN SOLUTION
# **Resposta-modelo.** **Genômica:** namespace próprio com RBAC só para o grupo, `restricted` com `runAsUser` imposto por uma política (o
# Lustre confia no uid), Egress fechado salvo DNS e o serviço de dados, imagens do site por digest, nós próprios com taint e afinidade.
# Namespace não basta para dados de pacientes, porque o kernel é comum: ou nós dedicados, ou outro cluster. **Alunos:** um namespace por
# aluno ou por turma, LimitRange (quem esquece o limite recebe um) e cota (60 laços `for`), `restricted` sem exceção, imagens da internet só por um
# espelho do site; Egress liberado para o espelho. **Empresa:** robô com `get` e `patch` num Deployment pelo nome, sem Secrets, Ingress só na porta
# do serviço, Egress fechado (os pesos do modelo são um arquivo), treino à noite numa fila com prioridade baixa e cota de GPUs. **Vi** o
# robô ser recusado (`cannot list resource "secrets"`): com a Role `edit`, quem roubasse o token da esteira leria a senha do banco.
# **Nada disto resolve** uma falha do kernel, a memória de GPUs divididas, um administrador descuidado com `escalate`, nem NetworkPolicy onde a rede
# não a cumpre, como aqui, em que o objeto foi aceito e nada mudou. Faria: nós ou clusters separados, MIG, e um teste de tráfego de verdade.
# **Slurm já é melhor** em rodar com o uid do usuário, em fila em vez de recusa, e em contabilidade.
#
# **Rubrica (4 pontos).** 1: camadas diferentes para os três, cada uma com o motivo. 1: menor privilégio do robô **e** a rede da genômica ou
# dos pesos (Egress). 1: uma recusa vista, com o que evitou. 1: um limite real da separação por namespace, com uma saída, e uma vantagem do
# Slurm. Meio ponto por item certo sem o porquê. "NetworkPolicy resolve" sem dizer quem a cumpre: sem o ponto da rede.
# ### END SOLUTION

# %% [markdown] reflect="three-tenants" points=4 lang="en"
# ### Question · Three tenants (4 points, graded by hand)
#
# A centre opens a single cluster to three tenants: (1) a genomics group, with patients' data that the law protects, on Lustre; (2) a
# course with 60 students, who bring notebooks and images from the internet; (3) a partner company, which serves a model to the public and
# trains at night, with a robot that publishes versions.
#
# In 10 to 15 lines: which layers would you put up for **each** (rights, how much, privileges, network, images, nodes), and why? Name a
# refusal that **you saw** in this lab, and what it would have prevented. What does none of these layers solve, and what would you do then?
# In what is Slurm better already?
#
# ### BEGIN SOLUTION
# **Model answer.** **Genomics:** a namespace of its own with RBAC for the group alone, `restricted` with `runAsUser` imposed by a policy
# (Lustre trusts the uid), Egress shut but for DNS and the data service, the site's images by digest, nodes of its own with taint and
# affinity. A namespace is not enough for patients' data, since the kernel is common: dedicated nodes, or another cluster. **Students:** a
# namespace for each student or class, a LimitRange (who forgets the limit is given one) and a quota (60 `for` loops), `restricted` without
# exception, images from the internet only through a mirror of the site; Egress open to the mirror. **Company:** a robot with `get` and
# `patch` on one Deployment by name, without Secrets, Ingress on the service's port alone, Egress shut (a model's weights are a file), training
# at night in a queue with low priority and a quota of GPUs. **I saw** the robot refused (`cannot list resource "secrets"`): with role
# `edit`, whoever stole the pipeline's token would read the database's password. **None of this solves** a flaw of the kernel, the
# memory of shared GPUs, a careless administrator with `escalate`, or a NetworkPolicy where the network does not enforce it, as here, where the
# object was accepted and nothing changed. I would: separate nodes or clusters, MIG, and a test with real traffic. **Slurm is better
# already** at running with the user's uid, at queueing instead of refusing, and at accounting.
#
# **Rubric (4 points).** 1: different layers for the three, each with its reason. 1: the robot's least privilege **and** the network of
# genomics or of the weights (Egress). 1: a refusal that was seen, with what it prevented. 1: a real limit of separation by namespace, with
# a way out, and an advantage of Slurm. Half a point for an item that is right without its why. "NetworkPolicy solves it" without saying
# what enforces it: not the point for the network.
# ### END SOLUTION

# %% [markdown] lang="pt-BR"
# ## Para levar
#
# - RBAC só permite, e ninguém concede o que não tem. Conceda verbos e nomes; experimente o que deve ser negado.
# - LimitRange preenche e limita um contêiner; a cota limita a soma. Ambos recusam na admissão, e não olham para trás.
# - `restricted` é um rótulo. Pergunte antes, em *dry run*, o que quebraria; a recusa aparece no ReplicaSet.
# - NetworkPolicy: selecionar é fechar, regras só somam, e toda conexão passa por duas portas. Só vale onde a rede a cumpre.
# - Borda: taint para manter fora, seletor para levar, tolerância sem prazo para ficar.
# - O digest diz quais bytes; a assinatura, de quem. Uma regra do site são algumas linhas de CEL, com um binding que a limita.
#
# **Próximo:** `11-capstone`, em que você projeta o trabalho de uma equipe inteira. Antes de entregar, use *Ensaiar*.

# %% [markdown] lang="en"
# ## To take away
#
# - RBAC only allows, and nobody grants what they do not have. Grant verbs and names; try what should be denied.
# - A LimitRange fills in and limits one container; a quota limits the sum. Both refuse at admission, and do not look back.
# - `restricted` is a label. Ask first, by a dry run, what would break; the refusal shows in the ReplicaSet.
# - NetworkPolicy: to select is to shut, rules only add, and each connection goes through two doors. It holds only where the network
#   enforces it.
# - Edge: a taint to keep out, a selector to lead in, a toleration without a deadline to stay.
# - A digest says which bytes; a signature, whose. A rule of the site is a few lines of CEL, with a binding that bounds it.
#
# **Next:** `11-capstone`, where you design the work of a whole team. Before you hand in, use *Rehearse*.

# %%
rehearse()
