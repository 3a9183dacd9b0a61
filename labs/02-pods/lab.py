# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
# ---

# %% [markdown] lang="pt-BR"
# # 02 · Pods: contêineres que vivem juntos
#
# **Tempo:** 75 a 90 minutos · **Antes:** `00-first-cluster` · **7 tarefas, 36 pontos**, mais uma pergunta de reflexão
# (4 pontos)
#
# Um Pod de um contêiner só já resolve muita coisa. Mas por que o Kubernetes inventou o Pod, se os contêineres já
# existiam? Porque alguns programas só fazem sentido **juntos**: a simulação e quem recolhe seus registros, o servidor e
# quem renova seus certificados, o treinamento e quem baixa os dados. Juntos quer dizer: no mesmo nó, com o mesmo
# endereço, vendo os mesmos arquivos, nascendo e morrendo ao mesmo tempo.
#
# Ao final você saberá:
#
# 1. montar um Pod de vários contêineres com um volume em comum (o padrão *sidecar*);
# 2. usar um *sidecar nativo*, que começa antes do programa e não o impede de terminar;
# 3. dizer ao cluster quando um programa está pronto, travado ou ainda começando (*probes*);
# 4. pedir e limitar recursos, e prever quem morre primeiro quando a memória acaba (*QoS*);
# 5. pôr dois Pods no mesmo nó, ou espalhá-los, e entrar em nós especiais (GPU, borda);
# 6. consertar um Pod com mais de um defeito, inclusive o defeito que não aparece.
#
# > **O que aqui é simulado, e o que não é.** O servidor de API, o escalonador e os controladores são sempre os de verdade: a
# > validação, a escolha do nó, a classe de QoS e os eventos do escalonador acontecem como em produção. No provedor
# > `embedded` os nós e os contêineres são simulados (KWOK): nenhum programa roda, nenhuma imagem é baixada, nenhuma *probe*
# > é feita e não há `logs` nem `exec`. Julgamos, então, **o que você declarou e onde o Pod ficou**; a tag `does-not-exist`
# > é o modo combinado de simular uma imagem que não existe. No provedor `kind` há um nó de verdade, e os Pods que cabem nele
# > rodam de verdade: a verificação lê também os registros e entra nos contêineres. Só o que o nó real não tem (GPUs,
# > borda, muitas CPUs, outros nós) fica na reserva de nós simulados; a vista do cluster os distingue.
#
# As imagens são do curso: `logger` escreve linhas num arquivo, `collector` segue arquivos, `web` responde HTTP. `localhost/lab/`
# quer dizer que elas não vêm de um registro: já estão no nó.

# %% [markdown] lang="en"
# # 02 · Pods: containers that live together
#
# **Time:** 75 to 90 minutes · **Before it:** `00-first-cluster` · **7 tasks, 36 points**, and one reflection question
# (4 points)
#
# A Pod with just one container already solves a lot. But why did Kubernetes invent the Pod, when there were containers
# already? Because some programs make sense only **together**: the simulation and whoever collects its logs, the server
# and whoever renews its certificates, the training and whoever downloads the data. Together means: on the same node,
# at the same address, seeing the same files, born and dying at the same time.
#
# By the end you will be able to:
#
# 1. build a Pod of several containers with a volume in common (the *sidecar* pattern);
# 2. use a *native sidecar*, which starts before the program and does not keep it from ending;
# 3. tell the cluster when a program is ready, stuck, or still starting (*probes*);
# 4. request and limit resources, and foresee who dies first when memory runs out (*QoS*);
# 5. put two Pods on the same node, or spread them, and get onto special nodes (GPU, edge);
# 6. mend a Pod with more than one fault, the fault that does not show included.
#
# > **What is simulated here, and what is not.** The API server, the scheduler and the controllers are always the real ones:
# > validation, the choice of a node, the QoS class and the scheduler's events happen as in production. With the provider
# > `embedded` the nodes and the containers are simulated (KWOK): no program runs, no image is pulled, no probe is made, and
# > there are no `logs` and no `exec`. So we judge **what you declared and where the Pod went**; the tag `does-not-exist` is
# > the agreed way to simulate an image that is not there. With the provider `kind` there is one real node, and the Pods that
# > fit on it really run: the check reads their logs too, and goes into their containers. Only what the real node lacks (GPUs,
# > the edge, many CPUs, other nodes) goes to the pool of simulated nodes; the cluster view tells them apart.
#
# The images are the course's own: `logger` writes lines to a file, `collector` follows files, `web` answers HTTP.
# `localhost/lab/` means that they come from no registry: they are on the node already.

# %%
# %load_ext labkit
from labkit import start

lab = start("02-pods")
check, cluster_view, rehearse = lab.check, lab.cluster_view, lab.rehearse

# %% [markdown] lang="pt-BR"
# Deixe a vista do cluster aberta ao lado (botão direito na saída, *Create New View for Cell Output*):

# %% [markdown] lang="en"
# Keep the view of the cluster open at your side (right-click the output, *Create New View for Cell Output*):

# %% tags=["nbval-ignore-output"]
cluster_view()

# %% [markdown] lang="pt-BR"
# ## 1 · O que os contêineres de um Pod dividem (10 min)
#
# ```text
#  ┌─ Pod  10.244.1.7 ───────────── um nó, um endereço IP, um nome ─┐
#  │                                                                │
#  │  ┌─ app ─────────────┐            ┌─ collector ─────────────┐  │
#  │  │ escreve           │  localhost │ lê                      │  │
#  │  │ /var/log/sim/     │ ◄────────► │ /logs/  (só leitura)    │  │
#  │  └─────────┬─────────┘            └────────────┬────────────┘  │
#  │            │        volume  logs  (emptyDir)   │               │
#  │            └───────────────►[ arquivos ]◄──────┘               │
#  └────────────────────────────────────────────────────────────────┘
# ```
#
# | | dividido pelos contêineres do Pod? |
# |---|---|
# | nó | **sempre**: um Pod nunca é repartido entre nós |
# | endereço IP e portas | sim: falam-se por `localhost`, e dois não podem usar a mesma porta |
# | volumes | sim, mas cada contêiner **monta** os que quiser, onde quiser |
# | sistema de arquivos da imagem | não: cada um vê a sua |
# | lista de processos | não (a menos que se peça `shareProcessNamespace`) |
# | limites de CPU e memória | não: são por contêiner (a menos que se declarem para o Pod inteiro, em `spec.resources`) |
#
# Um **volume** aparece em dois lugares do manifesto, e a ligação entre eles é o **nome**: `spec.volumes` diz o que existe
# no Pod; `volumeMounts`, dentro de cada contêiner, diz onde aquele contêiner o vê. O volume `emptyDir` nasce vazio com o
# Pod e some com ele: é bom para passar arquivos de um contêiner a outro, e péssimo para guardar resultados.
#
# ### O padrão sidecar
#
# A simulação grava um arquivo de registro e não quer saber de rede. O *collector* lê esse arquivo e o envia ao serviço de
# registros do centro. Cada um tem a sua imagem, a sua versão e a sua equipe; nenhum precisa ser recompilado por causa
# do outro. É como o *sidecar* de uma motocicleta: vai junto, mas não pilota.

# %% [markdown] lang="en"
# ## 1 · What the containers of a Pod share (10 min)
#
# ```text
#  ┌─ Pod  10.244.1.7 ───────────── one node, one IP address, one name ─┐
#  │                                                                    │
#  │  ┌─ app ─────────────┐            ┌─ collector ─────────────┐      │
#  │  │ writes            │  localhost │ reads                   │      │
#  │  │ /var/log/sim/     │ ◄────────► │ /logs/  (read-only)     │      │
#  │  └─────────┬─────────┘            └────────────┬────────────┘      │
#  │            │        volume  logs  (emptyDir)   │                   │
#  │            └───────────────►[ files ]◄─────────┘                   │
#  └────────────────────────────────────────────────────────────────────┘
# ```
#
# | | shared by the containers of a Pod? |
# |---|---|
# | node | **always**: a Pod is never split between nodes |
# | IP address and ports | yes: they speak over `localhost`, and two cannot use the same port |
# | volumes | yes, but each container **mounts** those it wants, where it wants |
# | the image's file system | no: each sees its own |
# | list of processes | no (unless `shareProcessNamespace` is asked for) |
# | CPU and memory limits | no: they are per container (unless declared for the whole Pod, in `spec.resources`) |
#
# A **volume** appears in two places of the manifest, and what ties them is the **name**: `spec.volumes` says what exists in
# the Pod; `volumeMounts`, inside each container, says where that container sees it. An `emptyDir` volume is born empty
# with the Pod and vanishes with it: good for passing files from one container to another, terrible for keeping results.
#
# ### The sidecar pattern
#
# The simulation writes a log file and does not care about networks. The *collector* reads that file and sends it to the
# centre's log service. Each has its own image, its own version and its own team; neither must be rebuilt because of the
# other. It is like a motorcycle's sidecar: it comes along, but it does not steer.

# %% [markdown] lang="pt-BR"
# ### Tarefa 1 · A simulação e seu coletor (6 pontos)
#
# Declare o Pod `${job}` (o seu valor de `job`) com:
#
# - um volume `emptyDir`, com o nome que quiser;
# - um contêiner `app`, imagem `localhost/lab/logger:1`, que monta esse volume em `${log_dir}` e nele escreve uma linha por
#   segundo: `args: ["--name", "${job}", "--file", "${log_dir}/run.log"]`;
# - um contêiner `collector`, imagem `localhost/lab/collector:1`, que monta o **mesmo** volume em `/logs`, **só para
#   leitura** (`readOnly: true`), e segue os arquivos `*.log` que lá estiverem: `args: ["--dir", "/logs"]`.
#
# Por que só leitura? Quem só precisa ler não deve poder estragar. É o *menor privilégio*, e custa uma linha.

# %% [markdown] lang="en"
# ### Task 1 · The simulation and its collector (6 points)
#
# Declare the Pod `${job}` (your value of `job`) with:
#
# - an `emptyDir` volume, named as you like;
# - a container `app`, image `localhost/lab/logger:1`, that mounts this volume at `${log_dir}` and writes one line a second
#   to it: `args: ["--name", "${job}", "--file", "${log_dir}/run.log"]`;
# - a container `collector`, image `localhost/lab/collector:1`, that mounts the **same** volume at `/logs`, **for reading
#   only** (`readOnly: true`), and follows the files `*.log` that are there: `args: ["--dir", "/logs"]`.
#
# Why reading only? Whoever only needs to read should not be able to spoil. It is *least privilege*, and costs one line.

# %% [raw] kube="apply" solution="write-sidecar"
# ### BEGIN SOLUTION
# apiVersion: v1
# kind: Pod
# metadata:
#   name: ${job}
#   labels: {app: "${job}"}
# spec:
#   volumes:
#     - name: logs
#       emptyDir: {}
#   containers:
#     - name: app
#       image: localhost/lab/logger:1
#       args: ["--name", "${job}", "--file", "${log_dir}/run.log"]
#       volumeMounts:
#         - name: logs
#           mountPath: ${log_dir}
#     - name: collector
#       image: localhost/lab/collector:1
#       args: ["--dir", "/logs"]
#       volumeMounts:
#         - name: logs
#           mountPath: /logs
#           readOnly: true
# ### END SOLUTION

# %% check="sidecar"

# %% [markdown] lang="pt-BR"
# Olhe a coluna `READY`: `2/2` quer dizer dois contêineres prontos, de dois. A coluna `NODE` tem um só nome, e não poderia
# ter dois. Depois, os registros do coletor: com `kind`, cada linha que `app` gravou no arquivo aparece aqui, com o nome do
# arquivo e o número; `-c` escolhe o contêiner. (Com `embedded`, este comando falha: não há programa que escreva.)

# %% [markdown] lang="en"
# Look at the `READY` column: `2/2` means two containers ready, out of two. The `NODE` column has a single name, and could
# not have two. Then the collector's log: with `kind`, every line that `app` wrote into the file shows here, with the file's
# name and number; `-c` chooses the container. (With `embedded` this command fails: there is no program to write anything.)

# %% tags=["nbval-ignore-output"]
# !kubectl get pods -o wide
job = lab.values["job"]
# !kubectl logs {job} -c collector --tail=5

# %% [markdown] lang="pt-BR"
# ## 2 · Um sidecar que sabe a sua hora (10 min)
#
# O Pod acima tem dois problemas, que só aparecem quando a aplicação **termina**, como toda simulação termina:
#
# 1. **A partida.** Os contêineres de `containers` são iniciados um logo depois do outro, sem que um espere o outro ficar
#    pronto. As primeiras linhas do registro podem sair antes que haja quem as leia.
# 2. **O fim.** A simulação acaba, mas o coletor roda para sempre; então o Pod nunca termina, e um Job que o contivesse
#    ficaria eternamente incompleto.
#
# Contêineres de inicialização (`initContainers`) rodam antes, em ordem, cada um até o fim. Um deles com
# `restartPolicy: Always` é especial: é um **sidecar nativo** (estável desde o Kubernetes 1.33).
#
# ```text
#  initContainers (em ordem)             containers
#  ────────────────────────────────────────────────────────────────► tempo
#  [ fetch ]                             até o fim, e só então o próximo
#            [ collector ~~~~~~~~~~~~~~~~~~~~~~~~~~~ ]   sidecar nativo
#                       [ app ══════════════════ ]  ▲
#                                                │  └─ o kubelet o encerra por último
#                                                └──── app terminou: o Pod termina
# ```
#
# Para que o Pod termine, falta mais uma coisa: a **política de reinício** do Pod, `spec.restartPolicy`.
#
# | `restartPolicy` | se o contêiner terminar bem | se falhar | bom para |
# |---|---|---|---|
# | `Always` (padrão) | reinicia | reinicia | serviços |
# | `OnFailure` | não reinicia | reinicia no mesmo nó | lotes que podem retomar |
# | `Never` | não reinicia | não reinicia | lotes em que a falha deve ser vista |
#
# A política diz respeito a **contêineres dentro do Pod**. Se o nó morre, o Pod morre com ele, qualquer que seja a
# política: quem cria outro Pod é um controlador (Job, Deployment), que veremos nos laboratórios 04 e 05.

# %% [markdown] lang="en"
# ## 2 · A sidecar that knows its hour (10 min)
#
# The Pod above has two problems, which show only when the application **ends**, as every simulation does:
#
# 1. **The start.** The containers under `containers` are started one right after the other, and none waits for another to
#    be ready. The log's first lines may be written before there is anybody to read them.
# 2. **The end.** The simulation ends, but the collector runs for ever; so the Pod never ends, and a Job that held it would
#    stay incomplete for ever.
#
# Init containers (`initContainers`) run first, in order, each to its end. One of them with `restartPolicy: Always` is
# special: it is a **native sidecar** (stable since Kubernetes 1.33).
#
# ```text
#  initContainers (in order)             containers
#  ────────────────────────────────────────────────────────────────► time
#  [ fetch ]                             to its end, and only then the next
#            [ collector ~~~~~~~~~~~~~~~~~~~~~~~~~~~ ]   native sidecar
#                       [ app ══════════════════ ]  ▲
#                                                │  └─ the kubelet ends it last
#                                                └──── app has ended: the Pod ends
# ```
#
# For the Pod to end, one more thing is needed: the Pod's **restart policy**, `spec.restartPolicy`.
#
# | `restartPolicy` | if the container ends well | if it fails | good for |
# |---|---|---|---|
# | `Always` (default) | restarts it | restarts it | services |
# | `OnFailure` | does not | restarts it, on the same node | batch work that can resume |
# | `Never` | does not | does not | batch work whose failure should be seen |
#
# The policy is about **containers inside the Pod**. If the node dies, the Pod dies with it, whatever the policy: it is a
# controller (Job, Deployment) that creates another Pod, as we shall see in labs 04 and 05.

# %% [markdown] lang="pt-BR"
# ### Tarefa 2 · O mesmo, com sidecar nativo (5 pontos)
#
# Declare o Pod `${job}-batch`:
#
# - com um volume `emptyDir`, montado pelos dois contêineres abaixo;
# - o `collector` (a mesma imagem e os mesmos argumentos da tarefa 1) agora em `initContainers`, como sidecar nativo;
# - o `app` em `containers`, a mesma imagem, agora com argumentos que o fazem **terminar** depois de três linhas:
#   `args: ["--name", "${job}", "--file", "${log_dir}/run.log", "--lines", "3"]`;
# - uma `restartPolicy` do Pod que não reinicie o que terminou bem.
#
# > **Com `kind`,** este Pod vai a `Completed` em poucos segundos, e a última linha do coletor, que foi encerrado por último,
# > diz `3 lines from 1 files`. **Com `embedded`** ele fica `Running` para sempre: nenhum programa roda, nenhum termina.

# %% [markdown] lang="en"
# ### Task 2 · The same, with a native sidecar (5 points)
#
# Declare the Pod `${job}-batch`:
#
# - with an `emptyDir` volume, mounted by both containers below;
# - the `collector` (same image and arguments as in task 1) now under `initContainers`, as a native sidecar;
# - the `app` under `containers`, the same image, now with arguments that make it **end** after three lines:
#   `args: ["--name", "${job}", "--file", "${log_dir}/run.log", "--lines", "3"]`;
# - a `restartPolicy` of the Pod that does not restart what ended well.
#
# > **With `kind`,** this Pod gets to `Completed` in a few seconds, and the last line of the collector, which was ended last,
# > says `3 lines from 1 files`. **With `embedded`** it stays `Running` for ever: no program runs, so none ends.

# %% [raw] kube="apply" solution="write-native"
# ### BEGIN SOLUTION
# apiVersion: v1
# kind: Pod
# metadata:
#   name: ${job}-batch
#   labels: {app: "${job}-batch"}
# spec:
#   restartPolicy: OnFailure
#   volumes:
#     - name: logs
#       emptyDir: {}
#   initContainers:
#     - name: collector
#       image: localhost/lab/collector:1
#       restartPolicy: Always
#       args: ["--dir", "/logs"]
#       volumeMounts:
#         - name: logs
#           mountPath: /logs
#           readOnly: true
#   containers:
#     - name: app
#       image: localhost/lab/logger:1
#       args: ["--name", "${job}", "--file", "${log_dir}/run.log", "--lines", "3"]
#       volumeMounts:
#         - name: logs
#           mountPath: ${log_dir}
# ### END SOLUTION

# %% check="native-sidecar"

# %% [markdown] lang="pt-BR"
# ## 3 · Está vivo? Está pronto? (15 min)
#
# "O processo existe" não quer dizer "o programa funciona". Um servidor pode estar carregando um modelo de 40 GB, ou preso
# num *deadlock*. O kubelet descobre perguntando, e há três perguntas:
#
# | probe | a pergunta | se a resposta for não | exemplo |
# |---|---|---|---|
# | `startupProbe` | já terminou de começar? | espera; passou do prazo, **mata** o contêiner | carregar o modelo |
# | `readinessProbe` | pode atender agora? | **tira do Service**, sem matar | fila cheia, banco fora do ar |
# | `livenessProbe` | ainda está vivo? | **mata e reinicia** | deadlock |
#
# ```text
#  início                    terminou de começar
#    ├── startupProbe ✗ ✗ ✗ ✗ ✓ ┤
#    │  (as outras duas esperam) ├── readinessProbe ✓ ✓ ✗ ✗ ✓ ✓ ...   recebe tráfego só nos ✓
#    │                           ├── livenessProbe  ✓ ✓ ✓ ✓ ✓ ✗ ✗ ✗   três ✗ seguidos: reinicia
# ```
#
# O prazo é uma conta: **`failureThreshold` × `periodSeconds`**. Com os padrões (3 × 10 s), um programa que leva um minuto
# para começar é morto antes de nascer, recomeça, é morto de novo... O nome que o `kubectl` dá a isso é
# `CrashLoopBackOff`. A `startupProbe` existe para dar um prazo longo **só à partida**.
#
# E um erro clássico: usar como `livenessProbe` a mesma pergunta da `readinessProbe`, com o mesmo rigor. Basta o banco
# de dados ficar lento para que todos os servidores sejam mortos ao mesmo tempo, justo quando faltava capacidade. A
# `liveness` deve ser **mais paciente** que a `readiness`: primeiro se tira do tráfego; só depois, e se for o caso, se mata.
#
# A porta de uma probe pode ser um número ou o **nome** de uma porta declarada em `ports`.

# %% [markdown] lang="en"
# ## 3 · Is it alive? Is it ready? (15 min)
#
# "The process exists" does not mean "the program works". A server may be loading a 40 GB model, or be caught in a
# deadlock. The kubelet finds out by asking, and there are three questions:
#
# | probe | the question | if the answer is no | example |
# |---|---|---|---|
# | `startupProbe` | has it finished starting? | waits; past the deadline, **kills** the container | loading the model |
# | `readinessProbe` | can it serve now? | **takes it out of the Service**, does not kill | full queue, database away |
# | `livenessProbe` | is it still alive? | **kills and restarts** | deadlock |
#
# ```text
#  start                     done starting
#    ├── startupProbe ✗ ✗ ✗ ✗ ✓ ┤
#    │  (the other two wait)     ├── readinessProbe ✓ ✓ ✗ ✗ ✓ ✓ ...   gets traffic during ✓ only
#    │                           ├── livenessProbe  ✓ ✓ ✓ ✓ ✓ ✗ ✗ ✗   three ✗ in a row: restart
# ```
#
# The deadline is a product: **`failureThreshold` × `periodSeconds`**. With the defaults (3 × 10 s), a program that takes a
# minute to start is killed before it is born, starts over, is killed again... `kubectl`'s name for that is
# `CrashLoopBackOff`. The `startupProbe` is there to give a long deadline **to the start only**.
#
# And a classic mistake: to use as `livenessProbe` the very question of the `readinessProbe`, equally strict. The
# database need only get slow for all servers to be killed at once, just when capacity was short. `liveness` should be
# **more patient** than `readiness`: first take it out of the traffic; only later, and if need be, kill it.
#
# A probe's port may be a number, or the **name** of a port declared under `ports`.

# %% tags=["nbval-ignore-output"]
# !kubectl explain pod.spec.containers.startupProbe

# %% [markdown] lang="pt-BR"
# ### Tarefa 3 · Um servidor de inferência que demora a começar (7 pontos)
#
# Declare o Pod `server`, com um contêiner `web`, imagem `localhost/lab/web:1`, e duas variáveis de ambiente: `PORT`, com
# `"${port}"` (a porta em que ele escuta), e `START_DELAY`, com `8s`. O programa carrega o modelo e só então abre a porta:
# hoje em 8 segundos; nos dias ruins, em `${warmup}` (valores seus). Ele responde a duas perguntas: `/healthz` (estou
# vivo?) e `/readyz` (posso atender?). Declare três probes do tipo `httpGet` na porta `${port}`, cada uma no caminho que lhe
# cabe:
#
# - `readinessProbe`: rigorosa, que perceba um problema em 10 segundos ou menos;
# - `startupProbe`: que dê **ao menos** `${warmup}` segundos, e não mais que o dobro (um prazo infinito não é prazo);
# - `livenessProbe`: mais paciente que a `readinessProbe` (compare os produtos), mas sem passar de 30 segundos.
#
# > **Com `embedded`** ninguém faz as perguntas, e o Pod fica `Ready` por simulação: a verificação lê o que você declarou, com
# > os padrões que o servidor de API preencheu. **Com `kind`** o kubelet pergunta de verdade, e a verificação observa o que
# > as suas probes fazem quando o programa adoece.

# %% [markdown] lang="en"
# ### Task 3 · An inference server that starts slowly (7 points)
#
# Declare the Pod `server`, with one container `web`, image `localhost/lab/web:1`, and two environment variables: `PORT`,
# with `"${port}"` (the port at which it listens), and `START_DELAY`, with `8s`. The program loads its model and only then
# opens the port: today within 8 seconds; on bad days, within `${warmup}` (values of your own). It answers two questions:
# `/healthz` (am I alive?) and `/readyz` (can I serve?). Declare three probes of the kind `httpGet` on port `${port}`, each at
# the path that suits it:
#
# - `readinessProbe`: strict, noticing a problem within 10 seconds or less;
# - `startupProbe`: allowing **at least** `${warmup}` seconds, and no more than twice that (an endless deadline is none);
# - `livenessProbe`: more patient than the `readinessProbe` (compare the products), but no more than 30 seconds.
#
# > **With `embedded`** nobody asks the questions, and the Pod becomes `Ready` by simulation: the check reads what you
# > declared, with the defaults that the API server filled in. **With `kind`** the kubelet really asks, and the check watches
# > what your probes do when the program falls ill.

# %% [raw] kube="apply" solution="write-server"
# ### BEGIN SOLUTION
# apiVersion: v1
# kind: Pod
# metadata:
#   name: server
#   labels: {app: server}
# spec:
#   containers:
#     - name: web
#       image: localhost/lab/web:1
#       env:
#         - {name: PORT, value: "${port}"}
#         - {name: START_DELAY, value: 8s}
#       ports:
#         - {name: http, containerPort: ${port}}
#       startupProbe:
#         httpGet: {path: /healthz, port: ${port}}
#         periodSeconds: 2
#         failureThreshold: 11
#       readinessProbe:
#         httpGet: {path: /readyz, port: ${port}}
#         periodSeconds: 2
#         failureThreshold: 2
#       livenessProbe:
#         httpGet: {path: /healthz, port: ${port}}
#         periodSeconds: 5
#         failureThreshold: 3
# ### END SOLUTION

# %% [markdown] lang="pt-BR"
# **Adoeça o programa.** Com `kind`, `kubectl exec` roda um comando dentro do contêiner; o nosso servidor tem um que o faz
# responder 503 em `/healthz`, como um programa travado. O processo continua lá, e só quem pergunta percebe. Execute a
# célula e acompanhe a coluna `RESTARTS`: o kubelet insiste algumas vezes e então mata e reinicia o contêiner (no mesmo Pod,
# com o mesmo IP). Leia também os eventos `Unhealthy` e `Killing`. (Com `embedded` o comando falha: não há onde entrar.)

# %% [markdown] lang="en"
# **Make the program ill.** With `kind`, `kubectl exec` runs a command inside the container; our server has one that makes
# it answer 503 at `/healthz`, like a program that is stuck. The process is still there, and only who asks will notice. Run
# the cell and watch the column `RESTARTS`: the kubelet insists a few times, then kills and restarts the container (in the
# same Pod, with the same IP). Read the events `Unhealthy` and `Killing` too. (With `embedded` the command fails: there is
# nothing to enter.)

# %% tags=["nbval-ignore-output"]
# !kubectl wait --for=condition=Ready pod/server --timeout=120s
# !kubectl exec server -- /web switch live=off && kubectl wait pod/server --for=jsonpath='{{.status.containerStatuses[0].restartCount}}'=1 --timeout=60s
# !kubectl get pod server

# %% check="probes"

# %% [markdown] lang="pt-BR"
# ## 4 · Quanto pedir, quanto permitir (10 min)
#
# | | quem usa | CPU | memória |
# |---|---|---|---|
# | `requests` (pedido) | o **escalonador**, para escolher o nó | fatia garantida na disputa | reservada na conta do nó |
# | `limits` (limite) | o **kernel do nó**, durante a execução | o excesso é freado (*throttling*) | o excesso mata (*OOM kill*) |
#
# Repare na assimetria: CPU é **compressível** (fica-se mais lento), memória não (morre-se). O escalonador olha só os
# pedidos, nunca o uso real: um nó ocioso mas prometido está cheio. Se você declara só `limits`, a API copia o limite
# para o pedido.
#
# A partir desses números o Kubernetes calcula a **classe de QoS** do Pod. Ela não acelera nada; ela diz **quem sai
# primeiro** quando falta memória no nó:
#
# | classe | quando | sob falta de memória |
# |---|---|---|
# | `Guaranteed` | todo contêiner tem pedido = limite, de CPU **e** memória | sai por último |
# | `Burstable` | algum pedido ou limite existe, mas não é o caso acima | sai no meio, a começar por quem passou do pedido |
# | `BestEffort` | nenhum contêiner pede nem limita nada | sai primeiro |
#
# Em HPC, um processo MPI que morre costuma derrubar todos os outros: dê-lhe `Guaranteed`. De quebra, com CPUs inteiras e a
# política `static` do kubelet, ele ganha núcleos só para si.

# %% [markdown] lang="en"
# ## 4 · How much to request, how much to allow (10 min)
#
# | | who uses it | CPU | memory |
# |---|---|---|---|
# | `requests` | the **scheduler**, to pick a node | guaranteed share when contended | reserved in the node's accounts |
# | `limits` | the **node's kernel**, while it runs | the excess is throttled | the excess kills (*OOM kill*) |
#
# Notice the asymmetry: CPU is **compressible** (you get slower), memory is not (you die). The scheduler looks at requests
# alone, never at real use: a node that is idle but promised is full. If you declare only `limits`, the API copies the
# limit into the request.
#
# From these numbers Kubernetes works out the Pod's **QoS class**. It makes nothing faster; it says **who goes first** when
# the node runs short of memory:
#
# | class | when | under memory shortage |
# |---|---|---|
# | `Guaranteed` | every container has request = limit, of CPU **and** memory | goes last |
# | `Burstable` | there is some request or limit, but not as above | goes in between, those above their request first |
# | `BestEffort` | no container requests or limits anything | goes first |
#
# In HPC, an MPI process that dies usually brings all others down: make it `Guaranteed`. As a bonus, with whole CPUs and
# the kubelet's `static` policy, it gets cores of its own.

# %% [markdown] lang="pt-BR"
# ### Tarefa 4 · Três Pods, três classes (4 pontos)
#
# Numa célula, com `---` entre eles, três Pods de um contêiner (imagem `localhost/lab/web:1`):
#
# | Pod | precisa ser | com |
# |---|---|---|
# | `rank-0` | `Guaranteed` | `${cpus}` CPUs e `${memory}` de memória |
# | `notebook` | `Burstable` | um pedido de `250m` de CPU e limite de memória `${memory}` |
# | `scavenger` | `BestEffort` | nada |

# %% [markdown] lang="en"
# ### Task 4 · Three Pods, three classes (4 points)
#
# In one cell, with `---` between them, three Pods of one container (image `localhost/lab/web:1`):
#
# | Pod | must be | with |
# |---|---|---|
# | `rank-0` | `Guaranteed` | `${cpus}` CPUs and `${memory}` of memory |
# | `notebook` | `Burstable` | a request of `250m` of CPU and a memory limit of `${memory}` |
# | `scavenger` | `BestEffort` | nothing |

# %% [raw] kube="apply" solution="write-classes"
# ### BEGIN SOLUTION
# apiVersion: v1
# kind: Pod
# metadata: {name: rank-0}
# spec:
#   containers:
#     - name: main
#       image: localhost/lab/web:1
#       resources:
#         requests: {cpu: "${cpus}", memory: "${memory}"}
#         limits: {cpu: "${cpus}", memory: "${memory}"}
# ---
# apiVersion: v1
# kind: Pod
# metadata: {name: notebook}
# spec:
#   containers:
#     - name: main
#       image: localhost/lab/web:1
#       resources:
#         requests: {cpu: 250m}
#         limits: {memory: "${memory}"}
# ---
# apiVersion: v1
# kind: Pod
# metadata: {name: scavenger}
# spec:
#   containers:
#     - name: main
#       image: localhost/lab/web:1
# ### END SOLUTION

# %% check="qos"

# %% tags=["nbval-ignore-output"]
# !kubectl get pods -o custom-columns=NAME:.metadata.name,QOS:.status.qosClass

# %% [markdown] lang="pt-BR"
# Surpreso com os Pods das tarefas anteriores? São todos `BestEffort`: ninguém pediu nada por eles.
#
# ## 5 · Perto ou longe: onde o Pod fica (15 min)
#
# Contêineres de **um** Pod ficam sempre no mesmo nó. E dois Pods? Cabe a você dizer, e há um vocabulário para isso. Todos
# os mecanismos abaixo são perguntas sobre **rótulos**:
#
# | mecanismo | fala de | exemplo |
# |---|---|---|
# | `nodeSelector` | rótulos do **nó** | "um nó com `pool: gpu`" |
# | `nodeAffinity` | rótulos do nó, com operadores e preferências | "de preferência `rack-a`" |
# | `podAffinity` | rótulos de **outros Pods** | "onde já estiver um Pod `app: data-cache`" |
# | `podAntiAffinity` | idem, ao contrário | "onde **não** houver outro `app: member`" |
# | `topologySpreadConstraints` | o desequilíbrio entre domínios | "diferença de no máximo 1 entre nós" |
#
# *Perto* de que tamanho? Quem responde é a **`topologyKey`**: o nome de um rótulo de nó. Dois nós com o mesmo valor desse
# rótulo estão no mesmo domínio.
#
# ```text
#   topologyKey: topology.kubernetes.io/zone        rack-a              rack-b
#                                             ┌───────────────┐   ┌───────────────┐
#   topologyKey: kubernetes.io/hostname       │[cpu-1] [cpu-2]│   │    [cpu-3]    │
#                                             └───────────────┘   └───────────────┘
#            (cada nó é um domínio)              (cada rack é um domínio)
# ```
#
# Em HPC isto é dinheiro: ler 2 TB do disco local do nó ou atravessar a rede; ter processos que trocam mensagens no mesmo
# comutador ou do outro lado da sala. Ou, ao contrário: três cópias de um serviço no mesmo nó morrem juntas.
#
# Cada regra pode ser **obrigatória** (`requiredDuringSchedulingIgnoredDuringExecution`: sem lugar, o Pod espera) ou
# **preferida** (`preferred...`: se não der, vai para outro lugar). O longo final do nome avisa que a regra vale no
# escalonamento; um Pod que já roda não é movido.
#
# Este Pod guarda em memória os dados de entrada do dia. Ninguém disse ao escalonador onde pô-lo:

# %% [markdown] lang="en"
# Surprised by the Pods of the earlier tasks? They are all `BestEffort`: nobody requested anything for them.
#
# ## 5 · Near or far: where the Pod goes (15 min)
#
# The containers of **one** Pod are always on one node. And two Pods? That is for you to say, and there is a vocabulary for
# it. All the mechanisms below are questions about **labels**:
#
# | mechanism | speaks of | example |
# |---|---|---|
# | `nodeSelector` | labels of the **node** | "a node with `pool: gpu`" |
# | `nodeAffinity` | the node's labels, with operators and preferences | "`rack-a` if possible" |
# | `podAffinity` | labels of **other Pods** | "where there already is a Pod `app: data-cache`" |
# | `podAntiAffinity` | the same, reversed | "where there is **no** other `app: member`" |
# | `topologySpreadConstraints` | the imbalance between domains | "nodes may differ by 1 at most" |
#
# *Near* at what scale? The **`topologyKey`** answers: the name of a node label. Two nodes with the same value of that
# label are in the same domain.
#
# ```text
#   topologyKey: topology.kubernetes.io/zone        rack-a              rack-b
#                                             ┌───────────────┐   ┌───────────────┐
#   topologyKey: kubernetes.io/hostname       │[cpu-1] [cpu-2]│   │    [cpu-3]    │
#                                             └───────────────┘   └───────────────┘
#            (each node is a domain)               (each rack is a domain)
# ```
#
# In HPC this is money: to read 2 TB from the node's own disk or across the network; to have processes that exchange
# messages on one switch or at opposite ends of the room. Or the reverse: three copies of a service on one node die
# together.
#
# Each rule may be **required** (`requiredDuringSchedulingIgnoredDuringExecution`: with no place, the Pod waits) or
# **preferred** (`preferred...`: if it cannot be, it goes elsewhere). The name's long ending says that the rule holds
# while scheduling; a Pod that already runs is not moved.
#
# This Pod keeps the day's input data in memory. Nobody told the scheduler where to put it:

# %% [raw] kube="apply"
# apiVersion: v1
# kind: Pod
# metadata:
#   name: data-cache
#   labels: {app: data-cache}
# spec:
#   containers:
#     - name: main
#       image: localhost/lab/web:1

# %% [markdown] lang="pt-BR"
# ### Tarefa 5 · Junto dos dados, longe dos irmãos (5 pontos)
#
# 1. Na primeira célula, o Pod `reader` (imagem `localhost/lab/web:1`), obrigatoriamente **no mesmo nó** do Pod `data-cache`, por uma regra `podAffinity` que o encontre pelo rótulo. Não escreva o nome do nó: amanhã
#    será outro.
# 2. Na segunda, três Pods `member-0`, `member-1` e `member-2`, com o rótulo `app: member`, **cada um num nó diferente**,
#    obrigatoriamente: com `podAntiAffinity` ou com `topologySpreadConstraints` (`maxSkew: 1`,
#    `whenUnsatisfiable: DoNotSchedule`).
#
# O esqueleto de uma regra obrigatória, para completar:
#
# ```yaml
# spec:
#   affinity:
#     podAffinity:            # ou podAntiAffinity
#       requiredDuringSchedulingIgnoredDuringExecution:
#         - topologyKey: ...  # o tamanho de "perto"
#           labelSelector:
#             matchLabels: {...}
# ```

# %% [markdown] lang="en"
# ### Task 5 · Next to the data, away from the siblings (5 points)
#
# 1. In the first cell, the Pod `reader` (image `localhost/lab/web:1`), required to be **on the node**
#    of Pod `data-cache`, by a `podAffinity` rule that finds it by its label. Do not write the node's name: tomorrow it
#    will be another.
# 2. In the second, three Pods `member-0`, `member-1` and `member-2`, with the label `app: member`, **each on a different
#    node**, by requirement: with `podAntiAffinity` or with `topologySpreadConstraints` (`maxSkew: 1`,
#    `whenUnsatisfiable: DoNotSchedule`).
#
# The skeleton of a required rule, to complete:
#
# ```yaml
# spec:
#   affinity:
#     podAffinity:            # or podAntiAffinity
#       requiredDuringSchedulingIgnoredDuringExecution:
#         - topologyKey: ...  # the scale of "near"
#           labelSelector:
#             matchLabels: {...}
# ```

# %% [raw] kube="apply" solution="write-reader"
# ### BEGIN SOLUTION
# apiVersion: v1
# kind: Pod
# metadata:
#   name: reader
#   labels: {app: reader}
# spec:
#   affinity:
#     podAffinity:
#       requiredDuringSchedulingIgnoredDuringExecution:
#         - topologyKey: kubernetes.io/hostname
#           labelSelector:
#             matchLabels: {app: data-cache}
#   containers:
#     - name: main
#       image: localhost/lab/web:1
# ### END SOLUTION

# %% [raw] kube="apply" solution="write-members"
# ### BEGIN SOLUTION
# apiVersion: v1
# kind: Pod
# metadata: {name: member-0, labels: {app: member}}
# spec:
#   affinity:
#     podAntiAffinity:
#       requiredDuringSchedulingIgnoredDuringExecution:
#         - topologyKey: kubernetes.io/hostname
#           labelSelector: {matchLabels: {app: member}}
#   containers:
#     - {name: main, image: "localhost/lab/web:1"}
# ---
# apiVersion: v1
# kind: Pod
# metadata: {name: member-1, labels: {app: member}}
# spec:
#   affinity:
#     podAntiAffinity:
#       requiredDuringSchedulingIgnoredDuringExecution:
#         - topologyKey: kubernetes.io/hostname
#           labelSelector: {matchLabels: {app: member}}
#   containers:
#     - {name: main, image: "localhost/lab/web:1"}
# ---
# apiVersion: v1
# kind: Pod
# metadata: {name: member-2, labels: {app: member}}
# spec:
#   affinity:
#     podAntiAffinity:
#       requiredDuringSchedulingIgnoredDuringExecution:
#         - topologyKey: kubernetes.io/hostname
#           labelSelector: {matchLabels: {app: member}}
#   containers:
#     - {name: main, image: "localhost/lab/web:1"}
# ### END SOLUTION

# %% tags=["nbval-ignore-output"]
# !kubectl wait --for=condition=PodScheduled pod/data-cache --timeout=10s
# !kubectl get pods -o wide -l 'app in (data-cache, reader, member)'

# %% check="same-node"

# %% [markdown] lang="pt-BR"
# **Experimente:** crie à mão um `member-3`, igual aos outros. São só três nós comuns (com `kind`, quatro: o real também conta, e um `member-4` já não cabe); leia nos eventos por que ele espera. Depois
# apague-o (`!kubectl delete pod member-3`), pois a verificação conta exatamente três.
#
# ## 6 · Nós que dizem não (10 min)
#
# Até aqui, quem escolhia era o Pod. Um **taint** é o contrário: o **nó** recusa todos os Pods, menos os que o **toleram**.
# Assim um nó de GPU, que custa dez vezes um nó comum, não fica cheio de Pods que não usam GPU.
#
# ```text
#   Pod comum     ──►  gpu-1  [taint nvidia.com/gpu=present:NoSchedule]   ✗ recusado
#   Pod + tolera  ──►  gpu-1                                              ✓ pode entrar (mas não é obrigado!)
# ```
#
# A parte entre parênteses confunde muita gente: **tolerar não é preferir**. A tolerância abre a porta; quem leva o Pod
# até lá é outra coisa: pedir um recurso que só existe ali (`nvidia.com/gpu`) ou um `nodeSelector`. Uma tolerância
# repete as partes do taint:
#
# ```yaml
# tolerations:
#   - {key: nvidia.com/gpu, operator: Equal, value: present, effect: NoSchedule}
# ```
#
# Com `operator: Exists` (e sem `value`), ela tolera qualquer valor daquela chave.

# %% [markdown] lang="en"
# **Try it:** create a `member-3` by hand, like the others. There are only three ordinary nodes (with `kind` four: the real one
# counts too, and it is a `member-4` that does not fit); read in its events why it waits. Then delete it (`!kubectl delete pod member-3`), for the check counts exactly three.
#
# ## 6 · Nodes that say no (10 min)
#
# So far it was the Pod that chose. A **taint** is the reverse: the **node** refuses all Pods but those that **tolerate**
# it. That is how a GPU node, which costs ten times an ordinary one, does not fill up with Pods that use no GPU.
#
# ```text
#   ordinary Pod     ──►  gpu-1  [taint nvidia.com/gpu=present:NoSchedule]   ✗ refused
#   Pod + tolerates  ──►  gpu-1                                              ✓ may get in (but need not!)
# ```
#
# The part in brackets confuses many people: **to tolerate is not to prefer**. The toleration opens the door; what takes
# the Pod there is something else: requesting a resource that exists only there (`nvidia.com/gpu`), or a `nodeSelector`.
# A toleration repeats the taint's parts:
#
# ```yaml
# tolerations:
#   - {key: nvidia.com/gpu, operator: Equal, value: present, effect: NoSchedule}
# ```
#
# With `operator: Exists` (and no `value`), it tolerates any value of that key.

# %% tags=["nbval-ignore-output"]
# !kubectl get nodes -o custom-columns=NAME:.metadata.name,POOL:.metadata.labels.pool,TAINTS:.spec.taints

# %% [markdown] lang="pt-BR"
# ### Tarefa 6 · Um treino na GPU, um sensor na borda (4 pontos)
#
# Dois Pods de um contêiner (imagem `localhost/lab/web:1`), numa célula:
#
# - `trainer`: pede `${gpus}` unidade(s) de `nvidia.com/gpu` (em `resources.limits`; para GPUs, limite e pedido são
#   iguais) e roda num nó de GPU;
# - `sensor`: roda no nó de **borda**, o do rótulo `pool: edge`. Não basta tolerar: diga que é lá que ele quer ficar.
#
# > **Simulado:** as GPUs são um número que o nó anuncia, e o escalonador as conta de verdade. Num cluster com GPUs, quem
# > anuncia esse número é o *device plugin* do fabricante (laboratório 06).

# %% [markdown] lang="en"
# ### Task 6 · Training on the GPU, a sensor at the edge (4 points)
#
# Two Pods of one container (image `localhost/lab/web:1`), in one cell:
#
# - `trainer`: requests `${gpus}` unit(s) of `nvidia.com/gpu` (under `resources.limits`; for GPUs, limit and request are
#   equal) and runs on a GPU node;
# - `sensor`: runs on the **edge** node, the one labelled `pool: edge`. Tolerating is not enough: say that this is where it
#   wants to be.
#
# > **Simulated:** the GPUs are a number that the node announces, and the scheduler really counts them. On a cluster with
# > GPUs, it is the vendor's *device plugin* that announces that number (lab 06).

# %% [raw] kube="apply" solution="write-special"
# ### BEGIN SOLUTION
# apiVersion: v1
# kind: Pod
# metadata: {name: trainer}
# spec:
#   tolerations:
#     - {key: nvidia.com/gpu, operator: Equal, value: present, effect: NoSchedule}
#   containers:
#     - name: main
#       image: localhost/lab/web:1
#       resources:
#         limits: {nvidia.com/gpu: ${gpus}}
# ---
# apiVersion: v1
# kind: Pod
# metadata: {name: sensor}
# spec:
#   tolerations:
#     - {key: edge, operator: Exists, effect: NoSchedule}
#   nodeSelector: {pool: edge}
#   containers:
#     - name: main
#       image: localhost/lab/web:1
# ### END SOLUTION

# %% check="special-nodes"

# %% [markdown] lang="pt-BR"
# ## 7 · O conserto (15 min)
#
# Um Pod pode estar errado de quatro maneiras, e cada uma aparece num lugar. Este é o seu mapa:
#
# | sintoma | onde ler | causas comuns |
# |---|---|---|
# | a API recusa o manifesto | a resposta do `apply` | campo errado, volume montado que não existe |
# | `Pending` sem nó | eventos do escalonador | pedidos, `nodeSelector`, taints, afinidade |
# | com nó, mas `ImagePullBackOff` | eventos do kubelet, `status.containerStatuses` | imagem, tag, credencial |
# | `Running`, mas não faz o que deve | o **manifesto**, e os registros | volume trocado, porta trocada, argumento |
#
# A última linha é a pior: tudo está verde e nada funciona. Só a pega quem lê o manifesto perguntando *isto faz sentido?*
#
# O Pod `render` veio de um colega. Deve: rodar num nó de CPU; gravar registros com `app` e lê-los com `collector`, por
# um volume comum; e **não** reiniciar quando terminar bem. (Os nós de CPU são simulados também com `kind`: aqui se lê o
# manifesto e o estado, não os registros.)

# %% [markdown] lang="en"
# ## 7 · The repair (15 min)
#
# A Pod can be wrong in four ways, and each shows in another place. This is your map:
#
# | symptom | where to read | usual causes |
# |---|---|---|
# | the API refuses the manifest | what `apply` answers | wrong field, a mounted volume that does not exist |
# | `Pending` without a node | the scheduler's events | requests, `nodeSelector`, taints, affinity |
# | has a node, but `ImagePullBackOff` | the kubelet's events, `status.containerStatuses` | image, tag, credential |
# | `Running`, but does not do its work | the **manifest**, and the logs | swapped volume, swapped port, argument |
#
# The last line is the worst: all is green and nothing works. Only those catch it who read the manifest asking *does this
# make sense?*
#
# The Pod `render` came from a colleague. It should: run on a CPU node; write logs with `app` and read them with
# `collector`, through a common volume; and **not** restart when it ends well. (The CPU nodes are simulated with `kind` too:
# here you read the manifest and the state, not the logs.)

# %%
# !kubectl delete pod render --ignore-not-found

# %% [raw] kube="apply"
# apiVersion: v1
# kind: Pod
# metadata:
#   name: render
#   labels: {app: render}
# spec:
#   nodeSelector: {pool: cpus}
#   volumes:
#     - name: logs
#       emptyDir: {}
#     - name: log
#       emptyDir: {}
#   containers:
#     - name: app
#       image: localhost/lab/logger:does-not-exist
#       args: ["--file", "/work/logs/run.log", "--lines", "3"]
#       resources:
#         requests: {cpu: "${cpus}", memory: "${memory}"}
#       volumeMounts:
#         - name: logs
#           mountPath: /work/logs
#     - name: collector
#       image: localhost/lab/collector:1
#       args: ["--dir", "/logs"]
#       volumeMounts:
#         - name: log
#           mountPath: /logs
#           readOnly: true

# %% tags=["nbval-ignore-output"]
# !kubectl wait --for=condition=PodScheduled=False pod/render --timeout=10s
# !kubectl describe pod render

# %% [markdown] lang="pt-BR"
# ### Tarefa 7 · Conserte o Pod render (5 pontos)
#
# Há **quatro** defeitos, e o primeiro esconde os outros. Um método que funciona: leia o evento, conserte um, aplique,
# leia de novo. Como quase todo campo de um Pod é imutável, cada tentativa começa por apagar; a célula abaixo faz isso
# (execute as duas juntas a cada tentativa).
#
# Mantenha o que estava certo: o nome, os dois contêineres, os pedidos do `app` (`${cpus}` CPUs, `${memory}`) e o lugar de
# cada montagem. Use `localhost/lab/logger:1`.

# %% [markdown] lang="en"
# ### Task 7 · Mend the Pod render (5 points)
#
# There are **four** faults, and the first hides the others. A method that works: read the event, mend one, apply, read
# again. As nearly every field of a Pod is immutable, each attempt begins by deleting; the cell below does that (run both
# together at each attempt).
#
# Keep what was right: the name, the two containers, the requests of `app` (`${cpus}` CPUs, `${memory}`), and the place of
# each mount. Use `localhost/lab/logger:1`.

# %%
# !kubectl delete pod render --ignore-not-found

# %% [raw] kube="apply" solution="write-render"
# ### BEGIN SOLUTION
# apiVersion: v1
# kind: Pod
# metadata:
#   name: render
#   labels: {app: render}
# spec:
#   restartPolicy: OnFailure
#   nodeSelector: {pool: cpu}
#   volumes:
#     - name: logs
#       emptyDir: {}
#   containers:
#     - name: app
#       image: localhost/lab/logger:1
#       args: ["--file", "/work/logs/run.log", "--lines", "3"]
#       resources:
#         requests: {cpu: "${cpus}", memory: "${memory}"}
#       volumeMounts:
#         - name: logs
#           mountPath: /work/logs
#     - name: collector
#       image: localhost/lab/collector:1
#       args: ["--dir", "/logs"]
#       volumeMounts:
#         - name: logs
#           mountPath: /logs
#           readOnly: true
# ### END SOLUTION

# %% check="repair"

# %% [markdown] lang="pt-BR"
# Em qual linha do mapa estava cada defeito? E repare que ainda se pode criticar o resultado: com o coletor em `containers`,
# este Pod nunca termina. Que seção deste laboratório resolve isso?
#
# Antes de entregar, salve o caderno e use **Ensaiar**: ele o executa do início ao fim num cluster vazio e mostra a nota
# que um corretor veria.

# %% [markdown] lang="en"
# On which line of the map was each fault? And notice that the result can still be criticised: with the collector under
# `containers`, this Pod never ends. Which section of this lab solves that?
#
# Before you submit, save the notebook and use **Rehearse**: it runs it from top to bottom on an empty cluster and shows
# the score that a grader would see.

# %% tags=["nbval-ignore-output"]
rehearse()

# %% [markdown] reflect="one-pod-or-two" points=4 lang="pt-BR"
# ### Pergunta · Um Pod ou dois? (4 pontos, corrigida à mão)
#
# Um grupo de dinâmica molecular tem quatro programas: (1) o simulador, que usa uma GPU e escreve uma trajetória de 200 GB;
# (2) um compressor, que lê a trajetória à medida que ela cresce; (3) um painel web, que mostra o andamento de **todas** as
# simulações do grupo; (4) um script que baixa os dados de entrada antes de cada simulação.
#
# Em 10 a 15 linhas: diga quais ficam no mesmo Pod do simulador e em que papel (contêiner, sidecar nativo, contêiner de
# inicialização), quais ficam em Pods próprios, e **por quê**. Diga também que pedidos e que classe de QoS daria ao
# simulador, e onde **não** guardaria a trajetória.
#
# ### BEGIN SOLUTION
# **Resposta-modelo.** O critério é: *precisam viver e morrer juntos, no mesmo nó?* O **compressor** lê arquivos que o
# simulador está escrevendo; 200 GB pela rede seriam desperdício, e sem simulador ele não tem o que fazer: fica no mesmo
# Pod, como sidecar nativo, para começar antes e não impedir que o Pod termine (com `restartPolicy: OnFailure` ou
# `Never`). Ele dividirá um volume com o simulador, montado só para leitura do lado da trajetória e com outro lugar para
# escrever. O **script de download** precisa terminar antes: contêiner de inicialização comum, no mesmo Pod, escrevendo no
# volume de entrada. O **painel** serve a todas as simulações, vive mais que cada uma delas e pode ficar em qualquer nó:
# Pod próprio (na verdade um Deployment com um Service). Se estivesse no Pod, haveria um painel por simulação, e
# atualizá-lo exigiria matar simulações. **Recursos:** pedidos iguais aos limites, de CPU e memória, em todos os
# contêineres (também no sidecar: basta um sem isso para o Pod deixar de ser `Guaranteed`), e
# `nvidia.com/gpu: 1` com a tolerância do nó; assim o simulador é o último a sair sob falta de memória. **Trajetória:**
# não num `emptyDir` (some com o Pod e ocupa o disco do nó), nem no sistema de arquivos do contêiner; num volume
# persistente ou no sistema de arquivos paralelo do centro.
#
# **Critérios (4 pontos).** 1: compressor no mesmo Pod, com motivo (arquivos comuns ou vida comum), e como sidecar
# nativo ou com o problema do término bem discutido. 1: download como contêiner de inicialização (ordem), e painel fora, com
# motivo (ciclo de vida diferente, um para muitos). 1: `Guaranteed` com pedido = limite para CPU e memória, e GPU. 1:
# trajetória fora do `emptyDir`, com motivo. Meio ponto em cada item se a escolha está certa sem o porquê. Aceite o
# compressor em Pod próprio **se** o texto garantir o mesmo nó (afinidade) e um volume comum, e disser o preço disso.
# ### END SOLUTION

# %% [markdown] reflect="one-pod-or-two" points=4 lang="en"
# ### Question · One Pod or two? (4 points, graded by hand)
#
# A molecular dynamics group has four programs: (1) the simulator, which uses a GPU and writes a trajectory of 200 GB; (2) a
# compressor, which reads the trajectory as it grows; (3) a web dashboard, which shows the progress of **all** the group's
# simulations; (4) a script that downloads the input data before each simulation.
#
# In 10 to 15 lines: say which of them go into the simulator's Pod and in which role (container, native sidecar, init
# container), which get Pods of their own, and **why**. Say too what requests and which QoS class you would give the
# simulator, and where you would **not** keep the trajectory.
#
# ### BEGIN SOLUTION
# **Model answer.** The criterion is: *must they live and die together, on one node?* The **compressor** reads files that
# the simulator is writing; 200 GB over the network would be a waste, and without a simulator it has nothing to do: it
# goes into the same Pod, as a native sidecar, so as to start first and not keep the Pod from ending (with
# `restartPolicy: OnFailure` or `Never`). It shares a volume with the simulator, mounted for reading only where the
# trajectory is, with another place to write to. The **download script** must end first: an ordinary init container in the
# same Pod, writing to the input volume. The **dashboard** serves all simulations, outlives each of them and may be on any
# node: a Pod of its own (really a Deployment with a Service). Inside the Pod, there would be one dashboard a simulation,
# and to update it one would have to kill simulations. **Resources:** requests equal to limits, of CPU and memory, in all
# containers (in the sidecar too: one without them is enough for the Pod not to be `Guaranteed`), and
# `nvidia.com/gpu: 1` with the toleration for the node; then the simulator is the last to go when memory runs short.
# **Trajectory:** not in an `emptyDir` (it vanishes with the Pod and fills the node's disk), nor in the container's file
# system; in a persistent volume, or on the centre's parallel file system.
#
# **Rubric (4 points).** 1: compressor in the same Pod, with the reason (common files or common life), and as a native
# sidecar or with the problem of ending well discussed. 1: download as an init container (order), and the dashboard outside,
# with the reason (another life cycle, one for many). 1: `Guaranteed` with request = limit for CPU and memory, and the GPU.
# 1: trajectory outside `emptyDir`, with the reason. Half a point for an item whose choice is right without the why. Accept
# the compressor in a Pod of its own **if** the text ensures the same node (affinity) and a common volume, and names the
# price of that.
# ### END SOLUTION

# %% [markdown] lang="pt-BR"
# ## Para levar
#
# - Um Pod é a menor coisa que o Kubernetes põe num nó; o que precisa viver junto fica no mesmo Pod, e só isso.
# - O nome do volume é o que liga os contêineres; `Running` não prova que estão ligados.
# - Sidecar nativo: começa antes, acaba depois, não impede o fim.
# - Startup dá prazo, readiness tira do tráfego, liveness mata: nesta ordem de cautela.
# - O escalonador olha pedidos, não uso; o kernel impõe limites; a classe de QoS diz quem sai primeiro.
# - Afinidade escolhe, taint recusa, tolerância abre a porta sem empurrar.
#
# **Próximo:** `03-services` dá um endereço estável a Pods que vêm e vão.

# %% [markdown] lang="en"
# ## To take away
#
# - A Pod is the smallest thing that Kubernetes puts on a node; what must live together goes into one Pod, and only that.
# - The volume's name is what ties containers together; `Running` does not prove that they are tied.
# - Native sidecar: starts first, ends last, does not stand in the way of the end.
# - Startup grants time, readiness takes out of the traffic, liveness kills: in this order of caution.
# - The scheduler looks at requests, not at use; the kernel enforces limits; the QoS class says who goes first.
# - Affinity chooses, a taint refuses, a toleration opens the door without pushing.
#
# **Next:** `03-services` gives a stable address to Pods that come and go.
