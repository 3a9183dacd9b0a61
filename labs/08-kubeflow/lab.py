# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
# ---

# %% [markdown] lang="pt-BR"
# # 08 · Kubeflow: do dado ao modelo em serviço
#
# **Tempo:** 75 a 90 minutos · **Antes:** `04-deployments` e `07-volcano-gang` · **6 tarefas, 31 pontos**, mais uma pergunta de reflexão (4 pontos)
#
# No seu cluster Slurm, um treinamento é um `sbatch` com um `torchrun` dentro; a preparação dos dados, outro `sbatch`, encadeado com
# `--dependency=afterok`; o modelo acaba num diretório chamado `final_v3_agora_vai`, e quem o põe em produção é outra equipe, em
# outras máquinas. **Kubeflow** é o conjunto de projetos que leva esse caminho inteiro para dentro do Kubernetes, um recurso por passo:
#
# | passo | num site Slurm | no Kubeflow | o que ele acrescenta |
# |---|---|---|---|
# | explorar | `salloc` + túnel SSH + Jupyter | **Notebook** | um servidor por pessoa, com disco próprio, que dorme quando ocioso |
# | treinar | `sbatch` + `srun torchrun` | **TrainJob** (Trainer) | quem conhece o cluster escreve o *como*; quem pesquisa, o *quê* |
# | encadear | `--dependency=afterok` | **Pipelines** (`kfp`) | cada passo declara o que lê e o que produz; fica o rastro |
# | servir | um nó que ninguém pode reiniciar | **KServe**, ou Deployment + Service | versões lado a lado, tráfego repartido |
#
# Ao final você saberá:
#
# 1. escrever um TrainJob, e seguir o que ele vira: JobSet, Job, Pods que se conhecem;
# 2. escrever o *runtime* que faz do treinamento um grupo (tudo ou nada) no Volcano;
# 3. escrever, compilar e executar um pipeline, do dado à métrica, e dizer por que o número é confiável;
# 4. explicar o que o controlador faz de um Notebook, fazendo o trabalho dele;
# 5. servir duas versões de um modelo com tráfego repartido, e dizer de que execução veio cada uma.
#
# > **O que aqui é simulado.** As GPUs e os nós que as têm (KWOK): lá nenhum programa roda, e um Pod de Job termina depois de 2 s. São de
# > verdade o Kubeflow Trainer 2.1, o JobSet 0.10 e o Volcano 1.10: tudo o que eles decidem, você vê. Onde seu cluster é feito de
# > contêineres (`kind`), o treinamento sem GPU **treina mesmo** e o canário responde de verdade. O pipeline roda de verdade em
# > qualquer caso: como processos, nesta máquina.

# %% [markdown] lang="en"
# # 08 · Kubeflow: from data to a model in service
#
# **Time:** 75 to 90 minutes · **Before it:** `04-deployments` and `07-volcano-gang` · **6 tasks, 31 points**, and one reflection question (4 points)
#
# On your Slurm cluster, a training is an `sbatch` with a `torchrun` inside; preparing the data is another `sbatch`, chained by
# `--dependency=afterok`; the model ends in a directory called `final_v3_this_time`, and those who put it into production are another team, on
# other machines. **Kubeflow** is the set of projects that brings this whole way into Kubernetes, one resource a step:
#
# | step | at a Slurm site | in Kubeflow | what it adds |
# |---|---|---|---|
# | explore | `salloc` + SSH tunnel + Jupyter | **Notebook** | a server for each person, with a disk of its own, that sleeps when idle |
# | train | `sbatch` + `srun torchrun` | **TrainJob** (Trainer) | whoever knows the cluster writes the *how*; whoever does research, the *what* |
# | chain | `--dependency=afterok` | **Pipelines** (`kfp`) | each step declares what it reads and what it makes; the trace stays |
# | serve | a node that nobody dares to reboot | **KServe**, or Deployment + Service | versions side by side, traffic shared between them |
#
# By the end you will be able to:
#
# 1. write a TrainJob, and follow what it becomes: JobSet, Job, Pods that know each other;
# 2. write the *runtime* that makes a training a gang (all or nothing) under Volcano;
# 3. write, compile and run a pipeline, from data to metric, and say why its number can be trusted;
# 4. explain what the controller makes of a Notebook, by doing its work;
# 5. serve two versions of a model with shared traffic, and say which run each one came from.
#
# > **What is simulated here.** The GPUs and the nodes that have them (KWOK): no program runs there, and a Job's Pod ends after 2 s. Real are
# > Kubeflow Trainer 2.1, JobSet 0.10 and Volcano 1.10: all that they decide, you see. Where your cluster is made of
# > containers (`kind`), the training without GPUs **truly trains** and the canary truly answers. The pipeline runs for real in
# > any case: as processes, on this machine.

# %%
# %load_ext labkit
from labkit import start
lab = start("08-kubeflow")
check, cluster_view, rehearse = lab.check, lab.cluster_view, lab.rehearse

# %%
cluster_view()

# %% [markdown] lang="pt-BR"
# ## 1 · Um treinamento em duas mãos (15 min)
#
# Um `sbatch` mistura duas coisas: o que **você** quer (o programa, os hiperparâmetros, quantos nós) e o que o **site** sabe (módulos,
# rede, como lançar um processo por nó). O Trainer separa as duas em dois recursos:
#
# - **TrainingRuntime** (ou `ClusterTrainingRuntime`, para todos): o molde, escrito por quem administra;
# - **TrainJob**: o pedido, escrito por quem pesquisa. Ele só diz de que molde parte e o que muda.
#
# ```text
#   TrainJob fit ──┐                                          ┌─ Pod fit-node-0-0   PET_NODE_RANK=0  ◄─ PET_MASTER_ADDR
#                  ├─► JobSet fit ─► Job fit-node-0 (indexado)├─ Pod fit-node-0-1   PET_NODE_RANK=1
#   TrainingRuntime┘        └─► Service fit (headless: nomes) └─ ...
# ```
#
# O **JobSet** é um grupo de Jobs que vive e morre junto (um servidor de parâmetros e seus trabalhadores; um lançador MPI e seus ranks). Com ele vem um
# Service *headless* (laboratório 03), e por isso cada Pod tem um nome de DNS. O Trainer acrescenta a cada contêiner as variáveis que o
# `torchrun` lê: `PET_NNODES`, `PET_NODE_RANK`, `PET_MASTER_ADDR`, `PET_MASTER_PORT`. É o que `srun` faz com `SLURM_NNODES` e `SLURM_NODEID`. (O
# TensorFlow lê o mesmo de outra variável, `TF_CONFIG`: um JSON com os endereços de todos e o índice deste.)
#
# Eis um molde para o nosso `trainer` (uma regressão logística distribuída, que soma gradientes por TCP como um *all-reduce*). Repare no
# rótulo `trainjob-ancestor-step: trainer`: é ele que diz **qual** dos Jobs do molde o TrainJob modifica, e o contêiner chama-se `node`.

# %% [markdown] lang="en"
# ## 1 · A training in two hands (15 min)
#
# An `sbatch` mixes two things: what **you** want (the program, the hyperparameters, how many nodes) and what the **site** knows (modules,
# network, how to launch one process a node). Trainer takes the two apart into two resources:
#
# - **TrainingRuntime** (or `ClusterTrainingRuntime`, for everybody): the mould, written by administrators;
# - **TrainJob**: the request, written by researchers. It only says which mould it starts from and what it changes.
#
# ```text
#   TrainJob fit ──┐                                          ┌─ Pod fit-node-0-0   PET_NODE_RANK=0  ◄─ PET_MASTER_ADDR
#                  ├─► JobSet fit ─► Job fit-node-0 (indexed) ├─ Pod fit-node-0-1   PET_NODE_RANK=1
#   TrainingRuntime┘        └─► Service fit (headless: names) └─ ...
# ```
#
# A **JobSet** is a group of Jobs that live and die together (a parameter server and its workers; an MPI launcher and its ranks). A
# *headless* Service comes with it (lab 03), and so each Pod has a DNS name. Trainer adds to each container the variables that
# `torchrun` reads: `PET_NNODES`, `PET_NODE_RANK`, `PET_MASTER_ADDR`, `PET_MASTER_PORT`. It is what `srun` does with `SLURM_NNODES` and `SLURM_NODEID`. (TensorFlow
# reads the same from another variable, `TF_CONFIG`: a JSON with everybody's addresses and this one's index.)
#
# Here is a mould for our `trainer` (a distributed logistic regression that adds gradients over TCP, as an *all-reduce* does). Look at the
# label `trainjob-ancestor-step: trainer`: it says **which** of the mould's Jobs the TrainJob changes, and the container is called `node`.

# %% [raw] kube="apply"
# apiVersion: trainer.kubeflow.org/v1alpha1
# kind: TrainingRuntime
# metadata:
#   name: torch-lab
#   labels: {trainer.kubeflow.org/framework: torch}
# spec:
#   mlPolicy:
#     numNodes: 1
#     torch: {numProcPerNode: auto}
#   template:
#     spec:
#       replicatedJobs:
#         - name: node
#           template:
#             metadata:
#               labels: {trainer.kubeflow.org/trainjob-ancestor-step: trainer}
#             spec:
#               template:
#                 spec:
#                   containers:
#                     - name: node
#                       image: localhost/lab/trainer:1
#                       resources: {requests: {cpu: 100m, memory: 32Mi}}

# %% [markdown] lang="pt-BR"
# ### Tarefa 1 · Peça um treinamento (5 pontos)
#
# Escreva o TrainJob `fit`: `spec.runtimeRef` aponta para o `TrainingRuntime` `torch-lab` (diga `kind`: sem ele, procura-se um
# `ClusterTrainingRuntime`), e `spec.trainer` muda duas coisas: `numNodes: ${nodes}` e `args`, uma lista com `--seed=${seed}` e `--epochs=${epochs}`.

# %% [markdown] lang="en"
# ### Task 1 · Ask for a training (5 points)
#
# Write the TrainJob `fit`: `spec.runtimeRef` points to the `TrainingRuntime` `torch-lab` (state `kind`: without it, a
# `ClusterTrainingRuntime` is looked for), and `spec.trainer` changes two things: `numNodes: ${nodes}` and `args`, a list with `--seed=${seed}` and `--epochs=${epochs}`.

# %% [raw] kube="apply" solution="fit"
# # ### BEGIN SOLUTION
# apiVersion: trainer.kubeflow.org/v1alpha1
# kind: TrainJob
# metadata:
#   name: fit
# spec:
#   runtimeRef:
#     kind: TrainingRuntime
#     name: torch-lab
#   trainer:
#     numNodes: ${nodes}
#     args: ["--seed=${seed}", "--epochs=${epochs}"]
# # ### END SOLUTION

# %% check="train-job"

# %% [markdown] lang="pt-BR"
# Siga o rastro: cada objeto diz quem é o seu dono (`ownerReferences`). E veja o que o Trainer escreveu no contêiner.

# %% [markdown] lang="en"
# Follow the trace: each object says who owns it (`ownerReferences`). And see what Trainer has written into the container.

# %% tags=["nbval-ignore-output"]
# !kubectl get trainjob,jobset,job,service -l '!app' -o custom-columns='KIND:.kind,NAME:.metadata.name,OWNER:.metadata.ownerReferences[0].kind'
# !kubectl get pods -l jobset.sigs.k8s.io/jobset-name=fit -o custom-columns='POD:.metadata.name,NODE:.spec.nodeName,PHASE:.status.phase'
# !kubectl get job fit-node-0 -o jsonpath='{range .spec.template.spec.containers[0].env[*]}{.name}={.value}{"\n"}{end}'

# %% [markdown] lang="pt-BR"
# O mesmo pedido em Python, pelo SDK do Kubeflow (o pacote `kubeflow`, que não faz parte deste curso; mostrado, não executado):
#
# ```python
# from kubeflow.trainer import CustomTrainerContainer, TrainerClient
#
# TrainerClient().train(runtime="torch-distributed",
#                       trainer=CustomTrainerContainer(image="...", num_nodes=4, resources_per_node={"gpu": 2}))
# ```
#
# Não há mágica: o SDK cria um TrainJob como o seu. Por isso quem só tem `kubectl`, um pipeline de CI ou o *Argo CD* faz o mesmo.

# %% [markdown] lang="en"
# The same request in Python, through the Kubeflow SDK (the package `kubeflow`, which is not part of this course; shown, not run):
#
# ```python
# from kubeflow.trainer import CustomTrainerContainer, TrainerClient
#
# TrainerClient().train(runtime="torch-distributed",
#                       trainer=CustomTrainerContainer(image="...", num_nodes=4, resources_per_node={"gpu": 2}))
# ```
#
# There is no magic: the SDK creates a TrainJob like yours. So somebody with only `kubectl`, a CI pipeline or *Argo CD* can do the same.

# %% [markdown] lang="pt-BR"
# ## 2 · Em grupo, ou nada (15 min)
#
# `torch-lab` tem um defeito que você já conhece do laboratório 07: os seus Pods são colocados um a um. Com GPUs escassas, dois treinamentos pela metade
# travam um ao outro. O Trainer sabe pedir escalonamento em grupo, e quem o pede é o **runtime**, não cada TrainJob: a regra do site vale
# para todos os que partem dele. São duas linhas, e cada uma sozinha não basta:
#
# - `spec.podGroupPolicy: {volcano: {}}`: o Trainer cria, para cada TrainJob, um PodGroup do Volcano com `minMember` igual ao total de
#   Pods, e anota em cada Pod a que grupo pertence;
# - `schedulerName: volcano` no Pod do molde: sem isso quem coloca os Pods é o escalonador padrão, que não lê PodGroups.
#
# (Há também `podGroupPolicy.coscheduling`, para o plugin *coscheduling* do projeto scheduler-plugins, que este cluster não tem.)
#
# ### Tarefa 2 · Um runtime para grupos (6 pontos)
#
# Num manifesto com três documentos:
#
# - o TrainingRuntime `gang`: como `torch-lab`, mais as duas linhas acima, e no Pod a tolerância `{key: nvidia.com/gpu, operator: Exists}`;
# - o TrainJob `giant`, de `gang`: `numNodes: ${big}`, com 2 GPUs por nó (`trainer.resourcesPerNode.limits`, como num contêiner). O site tem 8 GPUs: não cabe;
# - o TrainJob `largest`, de `gang`: também 2 GPUs por nó, com o **maior** número de nós que cabe. Deve terminar, com `giant` ainda à espera.

# %% [markdown] lang="en"
# ## 2 · As a gang, or not at all (15 min)
#
# `torch-lab` has a flaw that you know from lab 07: its Pods are placed one by one. With GPUs scarce, two half-placed trainings
# block each other. Trainer knows how to ask for gang scheduling, and it is the **runtime** that asks, not each TrainJob: the site's rule
# holds for all that start from it. It takes two lines, and neither is enough by itself:
#
# - `spec.podGroupPolicy: {volcano: {}}`: for each TrainJob, Trainer makes a PodGroup of Volcano's with `minMember` equal to the total
#   of Pods, and notes on each Pod which group it belongs to;
# - `schedulerName: volcano` in the mould's Pod: without it the Pods are placed by the default scheduler, which reads no PodGroups.
#
# (There is also `podGroupPolicy.coscheduling`, for the *coscheduling* plugin of the project scheduler-plugins, which this cluster does not have.)
#
# ### Task 2 · A runtime for gangs (6 points)
#
# In a manifest with three documents:
#
# - the TrainingRuntime `gang`: as `torch-lab`, plus the two lines above, and in the Pod the toleration `{key: nvidia.com/gpu, operator: Exists}`;
# - the TrainJob `giant`, of `gang`: `numNodes: ${big}`, with 2 GPUs a node (`trainer.resourcesPerNode.limits`, as in a container). The site has 8 GPUs: it does not fit;
# - the TrainJob `largest`, of `gang`: 2 GPUs a node as well, with the **largest** number of nodes that fits. It must finish, with `giant` still waiting.

# %% [raw] kube="apply" solution="gangs"
# # ### BEGIN SOLUTION
# apiVersion: trainer.kubeflow.org/v1alpha1
# kind: TrainingRuntime
# metadata:
#   name: gang
#   labels: {trainer.kubeflow.org/framework: torch}
# spec:
#   mlPolicy:
#     numNodes: 1
#     torch: {numProcPerNode: auto}
#   podGroupPolicy:
#     volcano: {}
#   template:
#     spec:
#       replicatedJobs:
#         - name: node
#           template:
#             metadata:
#               labels: {trainer.kubeflow.org/trainjob-ancestor-step: trainer}
#             spec:
#               template:
#                 spec:
#                   schedulerName: volcano
#                   tolerations: [{key: nvidia.com/gpu, operator: Exists}]
#                   containers:
#                     - name: node
#                       image: localhost/lab/trainer:1
# ---
# apiVersion: trainer.kubeflow.org/v1alpha1
# kind: TrainJob
# metadata:
#   name: giant
# spec:
#   runtimeRef: {kind: TrainingRuntime, name: gang}
#   trainer:
#     numNodes: ${big}
#     resourcesPerNode: {limits: {nvidia.com/gpu: 2}}
# ---
# apiVersion: trainer.kubeflow.org/v1alpha1
# kind: TrainJob
# metadata:
#   name: largest
# spec:
#   runtimeRef: {kind: TrainingRuntime, name: gang}
#   trainer:
#     numNodes: 4
#     resourcesPerNode: {limits: {nvidia.com/gpu: 2}}
# # ### END SOLUTION

# %% check="gang"

# %% tags=["nbval-ignore-output"]
# !kubectl get podgroups.scheduling.volcano.sh -o custom-columns='NAME:.metadata.name,MIN:.spec.minMember,PHASE:.status.phase,WHY:.status.conditions[-1].message'
# !kubectl delete trainjob --all | tail -1

# %% [markdown] lang="pt-BR"
# ## 3 · Do dado à métrica (25 min)
#
# Quantas vezes você achou um número num artigo, ou num *notebook* seu de seis meses atrás, sem saber de que dados saiu? Um **pipeline** é
# a resposta: cada passo é uma função com entradas e saídas **declaradas**, e o encadeamento sai das próprias entradas.
#
# ```text
#   seed, samples           epochs
#        │                     │
#        ▼                     ▼
#    make-data ──data──►     train ──model──►  evaluate ──► metrics: accuracy
#        └───────────data────────────────────────▲
# ```
#
# Com o `kfp`, o SDK do Kubeflow Pipelines:
#
# - um **componente** é uma função Python sob `@dsl.component`. Ela roda **sozinha** (em produção, num Pod só dela): não vê
#   variáveis nem *imports* de fora, por isso os seus `import` ficam dentro;
# - `Input[Dataset]`, `Output[Model]`, `Output[Metrics]` são **artefatos**: arquivos, com tipo e metadados. O componente lê e grava em
#   `data.path`; quem decide onde isso fica (disco, S3) é a execução;
# - `@dsl.pipeline` só **liga** passos: `train(data=d.outputs["data"])` quer dizer "depois de `d`, com o que ele produziu". É
#   a dependência do `--dependency=afterok`, e além disso diz *o que* passa de um para o outro;
# - compilar dá um YAML que o servidor de Pipelines executa no cluster, passo a passo em Pods, com cache e histórico. Aqui o mesmo pipeline roda
#   pelo **executor local** do `kfp` (`SubprocessRunner`), como processos desta máquina. O servidor não está neste cluster.
#
# > O `kfp` exige um cliente do Kubernetes mais antigo que o do curso. Por isso ele tem um ambiente Python próprio, instalado na
# > primeira execução (uns 60 MB, uma vez). Conflitos como este são o motivo de cada componente ter a sua imagem.
#
# ### Tarefa 3 · Escreva e execute o pipeline (5 pontos)
#
# `make_data` e `train` estão prontos: leia-os. Falta-lhe escrever:
#
# - `evaluate`: lê `data` e `model`, e registra com `metrics.log_metric("accuracy", ...)` a fração das linhas de **`test`** cuja classe o modelo
#   acerta. O modelo diz 1 quando `weights[3] + w0·x0 + w1·x1 + w2·x2 > 0`, e 0 se não;
# - o corpo de `pipeline`: os três passos, ligados como no desenho.
#
# Execute-o com **os seus** valores: `seed=${seed}`, `samples=${samples}`, `epochs=${epochs}`.

# %% [markdown] lang="en"
# ## 3 · From data to metric (25 min)
#
# How often have you found a number in a paper, or in a notebook of your own of six months ago, without knowing which data it came from? A
# **pipeline** is the answer: each step is a function with **declared** inputs and outputs, and the order follows from the inputs themselves.
#
# ```text
#   seed, samples           epochs
#        │                     │
#        ▼                     ▼
#    make-data ──data──►     train ──model──►  evaluate ──► metrics: accuracy
#        └───────────data────────────────────────▲
# ```
#
# With `kfp`, the SDK of Kubeflow Pipelines:
#
# - a **component** is a Python function under `@dsl.component`. It runs **by itself** (in production, in a Pod of its own): it sees no
#   variables and no imports from outside, so its `import`s stand inside;
# - `Input[Dataset]`, `Output[Model]`, `Output[Metrics]` are **artefacts**: files, with a type and metadata. The component reads and writes
#   `data.path`; where that is kept (disk, S3) is up to the run;
# - `@dsl.pipeline` only **connects** steps: `train(data=d.outputs["data"])` means "after `d`, with what it made". It is
#   the dependency of `--dependency=afterok`, and says *what* is handed on besides;
# - compiling gives a YAML that the Pipelines server runs in the cluster, step by step in Pods, with a cache and a history. Here the same pipeline is run
#   by `kfp`'s **local runner** (`SubprocessRunner`), as processes of this machine. The server is not in this cluster.
#
# > `kfp` wants a Kubernetes client older than the course's. So it has a Python environment of its own, installed when it is first
# > run (some 60 MB, once). Conflicts like this are the reason why each component has an image of its own.
#
# ### Task 3 · Write and run the pipeline (5 points)
#
# `make_data` and `train` are there: read them. You write:
#
# - `evaluate`: reads `data` and `model`, and logs with `metrics.log_metric("accuracy", ...)` the fraction of the rows of **`test`** whose class the
#   model gets right. The model says 1 when `weights[3] + w0·x0 + w1·x1 + w2·x2 > 0`, and 0 if not;
# - the body of `pipeline`: the three steps, connected as in the drawing.
#
# Run it with **your own** values: `seed=${seed}`, `samples=${samples}`, `epochs=${epochs}`.

# %% solution="write-pipeline"
# %%writefile pipeline.py
from kfp import dsl
from kfp.dsl import Dataset, Input, Metrics, Model, Output

BASE = "python:3.11"  # the image of each step, where the steps are Pods


@dsl.component(base_image=BASE)
def make_data(seed: int, samples: int, data: Output[Dataset]):
    import json
    import random

    rng = random.Random(seed)
    rule = [rng.uniform(-1, 1) for _ in range(3)]
    rows = []
    for _ in range(samples):
        x = [round(rng.uniform(-1, 1), 6) for _ in range(3)]
        noise = rng.uniform(-0.4, 0.4)
        rows.append([*x, int(sum(w * v for w, v in zip(rule, x)) + noise > 0)])
    cut = samples * 3 // 4
    with open(data.path, "w") as file:
        json.dump({"train": rows[:cut], "test": rows[cut:]}, file)


@dsl.component(base_image=BASE)
def train(data: Input[Dataset], epochs: int, model: Output[Model]):
    import json
    import math

    with open(data.path) as file:
        rows = json.load(file)["train"]
    weights = [0.0, 0.0, 0.0, 0.0]
    for _ in range(epochs):
        for *x, label in rows:
            score = weights[3] + sum(w * v for w, v in zip(weights, x))
            miss = 1 / (1 + math.exp(-score)) - label
            weights = [w - 0.1 * miss * v for w, v in zip(weights, [*x, 1.0])]
    with open(model.path, "w") as file:
        json.dump({"weights": weights}, file)


@dsl.component(base_image=BASE)
def evaluate(data: Input[Dataset], model: Input[Model], metrics: Output[Metrics]):
    import json

    ### BEGIN SOLUTION
    with open(data.path) as file:
        rows = json.load(file)["test"]
    with open(model.path) as file:
        weights = json.load(file)["weights"]
    right = 0
    for *x, label in rows:
        score = weights[3] + sum(w * v for w, v in zip(weights, x))
        right += int((score > 0) == bool(label))
    metrics.log_metric("accuracy", right / len(rows))
    ### END SOLUTION


@dsl.pipeline(name="data-to-metrics")
def pipeline(seed: int, samples: int, epochs: int):
    data = make_data(seed=seed, samples=samples)
    ### BEGIN SOLUTION
    model = train(data=data.outputs["data"], epochs=epochs)
    evaluate(data=data.outputs["data"], model=model.outputs["model"])
    ### END SOLUTION

# %% [markdown] lang="pt-BR"
# `lab.run_pipeline` compila `pipeline.py` e o executa; o que fica, `pipeline.yaml` e `pipeline-run.json`, está ao lado deste notebook e **é
# entregue com ele**. Na correção nada disso roda de novo: o corretor refaz as contas, passo por passo, a partir da sua semente.

# %% [markdown] lang="en"
# `lab.run_pipeline` compiles `pipeline.py` and runs it; what stays, `pipeline.yaml` and `pipeline-run.json`, is beside this notebook and **is
# handed in with it**. When you are graded none of it is run again: the checker redoes the sums, step by step, from your seed.

# %% solution="run" tags=["nbval-ignore-output"]
run = None
### BEGIN SOLUTION
run = lab.run_pipeline("pipeline.py", seed=lab.values["seed"], samples=lab.values["samples"], epochs=lab.values["epochs"])
### END SOLUTION

# %% check="pipeline"

# %% [markdown] lang="pt-BR"
# ### Tarefa 4 · Um número que aguenta perguntas (4 pontos)
#
# Um número só vale o caminho que o produziu. Esta verificação pega o que a sua execução deixou e pergunta, um passo de cada vez: o
# modelo é mesmo o que `train` tira desses dados? A acurácia é mesmo a desse modelo, **nas linhas que ele nunca viu**? Se não, conserte `evaluate` (ou o que for) e
# execute outra vez as duas células acima.

# %% [markdown] lang="en"
# ### Task 4 · A number that stands questioning (4 points)
#
# A number is worth the way that made it. This check takes what your run has left and asks, one step at a time: is the
# model really what `train` makes of these data? Is the accuracy really that of this model, **on the rows that it has never seen**? If not, mend `evaluate` (or
# whatever it is) and run the two cells above again.

# %% tags=["nbval-ignore-output"]
print(run)

# %% check="metrics"

# %% [markdown] lang="pt-BR"
# ## 4 · O que é um Notebook (10 min)
#
# No Kubeflow, o servidor de notebooks de uma pessoa é um recurso:
#
# ```yaml
# apiVersion: kubeflow.org/v1
# kind: Notebook
# metadata:
#   name: analysis
# spec:
#   template:
#     spec:
#       containers:
#         - name: analysis
#           image: localhost/lab/web:1        # no lugar de uma imagem com JupyterLab
#           env: [{name: PORT, value: "8888"}]
# ```
#
# Só que um recurso é uma linha numa tabela: quem faz algo dele é um **controlador**, e o do Notebook não está neste cluster (nem o tipo; o
# API server recusaria o manifesto). O que ele faz é pouco, e você já sabe fazer:
#
# - um **StatefulSet** com o mesmo nome e 1 réplica (e não um Deployment: o nome do Pod, `analysis-0`, e o disco são sempre os mesmos), cujo Pod tem o
#   rótulo `notebook-name: analysis` e, no contêiner, a variável `NB_PREFIX` com o valor `/notebook/<namespace>/analysis`: o caminho por que o portal do
#   Kubeflow o publica;
# - um **Service** com o mesmo nome, porta 80, que leva à porta 8888 do Pod;
# - quando o notebook passa horas sem uso, outro controlador põe nele a anotação `kubeflow-resource-stopped`, e o StatefulSet vai a **zero** réplicas: o disco fica,
#   a GPU volta ao site. Quantos `salloc` esquecidos o seu site tem agora?
#
# ### Tarefa 5 · Seja o controlador (4 pontos)
#
# Crie, num manifesto: o StatefulSet e o Service que o controlador faria de `analysis` (namespace `lab-08-kubeflow`), e o StatefulSet que ele faria de um segundo
# Notebook, `idle`, igual ao primeiro mas com a anotação `kubeflow-resource-stopped`.

# %% [markdown] lang="en"
# ## 4 · What a Notebook is (10 min)
#
# In Kubeflow, a person's notebook server is a resource:
#
# ```yaml
# apiVersion: kubeflow.org/v1
# kind: Notebook
# metadata:
#   name: analysis
# spec:
#   template:
#     spec:
#       containers:
#         - name: analysis
#           image: localhost/lab/web:1        # in the place of an image with JupyterLab
#           env: [{name: PORT, value: "8888"}]
# ```
#
# Only, a resource is a row in a table: what makes something of it is a **controller**, and that of Notebooks is not in this cluster (nor is the
# kind; the API server would refuse the manifest). What it does is little, and you know how to do it already:
#
# - a **StatefulSet** of the same name with 1 replica (not a Deployment: the Pod's name, `analysis-0`, and its disk are always the same), whose Pod has the
#   label `notebook-name: analysis` and, in its container, the variable `NB_PREFIX` with the value `/notebook/<namespace>/analysis`: the path by which
#   Kubeflow's portal publishes it;
# - a **Service** of the same name, port 80, which leads to the Pod's port 8888;
# - when the notebook has not been used for hours, another controller gives it the annotation `kubeflow-resource-stopped`, and the StatefulSet goes to **zero** replicas: the disk
#   stays, the GPU returns to the site. How many forgotten `salloc`s does your site have right now?
#
# ### Task 5 · Be the controller (4 points)
#
# Create, in one manifest: the StatefulSet and the Service that the controller would make of `analysis` (namespace `lab-08-kubeflow`), and the StatefulSet that it would make of
# a second Notebook, `idle`, the same as the first but with the annotation `kubeflow-resource-stopped`.

# %% [raw] kube="apply" solution="controller"
# # ### BEGIN SOLUTION
# apiVersion: apps/v1
# kind: StatefulSet
# metadata:
#   name: analysis
# spec:
#   replicas: 1
#   serviceName: analysis
#   selector: {matchLabels: {notebook-name: analysis}}
#   template:
#     metadata: {labels: {notebook-name: analysis}}
#     spec:
#       containers:
#         - name: analysis
#           image: localhost/lab/web:1
#           env: [{name: PORT, value: "8888"}, {name: NB_PREFIX, value: /notebook/lab-08-kubeflow/analysis}]
#           ports: [{containerPort: 8888}]
# ---
# apiVersion: v1
# kind: Service
# metadata:
#   name: analysis
# spec:
#   selector: {notebook-name: analysis}
#   ports: [{port: 80, targetPort: 8888}]
# ---
# apiVersion: apps/v1
# kind: StatefulSet
# metadata:
#   name: idle
# spec:
#   replicas: 0
#   serviceName: idle
#   selector: {matchLabels: {notebook-name: idle}}
#   template:
#     metadata: {labels: {notebook-name: idle}}
#     spec:
#       containers:
#         - name: idle
#           image: localhost/lab/web:1
#           env: [{name: PORT, value: "8888"}, {name: NB_PREFIX, value: /notebook/lab-08-kubeflow/idle}]
#           ports: [{containerPort: 8888}]
# # ### END SOLUTION

# %% check="notebook"

# %% [markdown] lang="pt-BR"
# ## 5 · O canário (15 min)
#
# O modelo novo passou no teste. Mas os dados de teste são do passado, e os pedidos, do presente. Um **canário** é a versão nova atendendo a uma
# pequena parte do tráfego real, ao lado da antiga: se adoecer, poucos notam, e volta-se atrás com um comando.
#
# O **KServe**, do ecossistema Kubeflow, tem um recurso para isso (`InferenceService`, com `canaryTrafficPercent`) e um roteador que reparte
# pedidos por peso. O jeito mais simples não precisa de nada novo: **dois Deployments atrás de um Service**. O Service reparte
# conexões por igual entre os Pods prontos, então a parte de cada versão é a sua parte das réplicas:
#
# ```text
#                        ┌── model-v1  ● ● ● ●    4/5 = 80 %
#   clientes ─► Service ─┤
#               model    └── model-v2  ●          1/5 = 20 %  (canário)
# ```
#
# O preço: a granularidade é a de uma réplica (1 % exige 100 Pods), e reparte-se por conexão, e não por pedido. Com peso no roteador não há
# esse limite; em troca há um roteador para operar.
#
# ### Tarefa 6 · Um pouco de tráfego para o modelo novo (7 pontos)
#
# - Deployments `model-v1` (imagem `localhost/lab/web:1`) e `model-v2` (`localhost/lab/web:2`), que respondem na porta 8080, com sonda de prontidão em `/readyz`;
#   para cada pedido que `model-v2` recebe, `model-v1` recebe **`${stable}`**; no máximo 8 réplicas ao todo;
# - Service `model`, porta 80, que seleciona os Pods das duas versões e nenhum outro;
# - na célula seguinte: a anotação `model-sha256` de `model-v2` diz **que** modelo ela serve, pelo SHA-256 do artefato que a sua execução produziu:
#   `run.digest("train", "model")`. É o fio que liga quem serve a quem treinou.

# %% [markdown] lang="en"
# ## 5 · The canary (15 min)
#
# The new model has passed its test. But test data are of the past, and requests are of the present. A **canary** is the new version serving
# a small part of real traffic, beside the old one: if it falls ill, few notice, and one goes back with one command.
#
# **KServe**, of Kubeflow's ecosystem, has a resource for that (`InferenceService`, with `canaryTrafficPercent`) and a router that shares
# requests by weight. The simplest way needs nothing new: **two Deployments behind one Service**. The Service shares
# connections equally between ready Pods, so each version's share is its share of the replicas:
#
# ```text
#                       ┌── model-v1  ● ● ● ●    4/5 = 80 %
#   clients ─► Service ─┤
#              model    └── model-v2  ●          1/5 = 20 %  (canary)
# ```
#
# The price: the granularity is one replica (1 % takes 100 Pods), and what is shared are connections, not requests. With weights in a router there is
# no such limit; instead there is a router to run.
#
# ### Task 6 · A little traffic for the new model (7 points)
#
# - Deployments `model-v1` (image `localhost/lab/web:1`) and `model-v2` (`localhost/lab/web:2`), which answer on port 8080, with a readiness probe at `/readyz`;
#   for each request that `model-v2` gets, `model-v1` gets **`${stable}`**; at most 8 replicas in all;
# - Service `model`, port 80, which selects the Pods of both versions and no others;
# - in the cell after that: the annotation `model-sha256` of `model-v2` says **which** model it serves, by the SHA-256 of the artefact that your run made:
#   `run.digest("train", "model")`. It is the thread from whoever serves to whoever trained.

# %% [raw] kube="apply" solution="canary"
# # ### BEGIN SOLUTION
# apiVersion: apps/v1
# kind: Deployment
# metadata:
#   name: model-v1
# spec:
#   replicas: ${stable}
#   selector: {matchLabels: {app: model, version: v1}}
#   template:
#     metadata: {labels: {app: model, version: v1}}
#     spec:
#       containers:
#         - name: server
#           image: localhost/lab/web:1
#           ports: [{containerPort: 8080}]
#           readinessProbe: {httpGet: {path: /readyz, port: 8080}, periodSeconds: 2}
# ---
# apiVersion: apps/v1
# kind: Deployment
# metadata:
#   name: model-v2
# spec:
#   replicas: 1
#   selector: {matchLabels: {app: model, version: v2}}
#   template:
#     metadata: {labels: {app: model, version: v2}}
#     spec:
#       containers:
#         - name: server
#           image: localhost/lab/web:2
#           ports: [{containerPort: 8080}]
#           readinessProbe: {httpGet: {path: /readyz, port: 8080}, periodSeconds: 2}
# ---
# apiVersion: v1
# kind: Service
# metadata:
#   name: model
# spec:
#   selector: {app: model}
#   ports: [{port: 80, targetPort: 8080}]
# # ### END SOLUTION

# %% solution="lineage"
digest = ""
### BEGIN SOLUTION
digest = run.digest("train", "model")
### END SOLUTION
# !kubectl annotate deployment model-v2 model-sha256={digest} --overwrite

# %% check="serving"

# %% [markdown] lang="pt-BR"
# Promover é mudar a proporção até 100 %; voltar atrás, até 0 %. Em ambos os casos ninguém tocou no Service, e nenhum cliente soube. Quem decide é
# uma regra escrita **antes**: que métrica, sobre quantos pedidos, por quanto tempo (o *Argo Rollouts* e o KServe automatizam isso).
#
# ## O que levar daqui
#
# - Um TrainJob é o seu `sbatch` sem o que é do site; o TrainingRuntime é o que é do site. O grupo (tudo ou nada) é do runtime.
# - JobSet, PodGroup, StatefulSet, Service: Kubeflow não substitui o Kubernetes, ele o **escreve** por você. Se algo falha, siga os donos.
# - Um pipeline declara o que cada passo lê e produz. A reprodutibilidade vem de graça: semente, código, dados e modelo têm nome (SHA-256).
# - O número que vale é o que outro consegue refazer a partir do que você entregou.
# - Para uma simulação MPI de 2.000 ranks com InfiniBand, o Slurm segue imbatível; para o caminho do dado ao serviço, com muitos passos e muita gente, compare com isto.

# %% [markdown] lang="en"
# To promote is to change the proportion up to 100 %; to go back, down to 0 %. In both cases nobody has touched the Service, and no client has known. What decides is
# a rule written **beforehand**: which metric, over how many requests, for how long (*Argo Rollouts* and KServe automate that).
#
# ## What to take along
#
# - A TrainJob is your `sbatch` without what is the site's; the TrainingRuntime is what is the site's. The gang (all or nothing) belongs to the runtime.
# - JobSet, PodGroup, StatefulSet, Service: Kubeflow does not replace Kubernetes, it **writes** it for you. If something fails, follow the owners.
# - A pipeline declares what each step reads and makes. Reproducibility comes with it: seed, code, data and model have a name (SHA-256).
# - The number that counts is the one that somebody else can redo from what you handed in.
# - For an MPI simulation of 2,000 ranks on InfiniBand, Slurm is still unbeaten; for the way from data to service, with many steps and many people, compare it with this.

# %% [markdown] reflect="trust-the-number" points=4 lang="pt-BR"
# ### Reflexão (4 pontos, corrigida por uma pessoa)
#
# Um colega manda a você um modelo `.json` com a frase "acurácia de 0,97". (a) O que você pediria para acreditar no número, e que falha cada coisa
# pedida revelaria? (b) O canário do modelo dele tem a mesma taxa de erros que a versão antiga, mas atendeu só 40 pedidos. Você promove? Diga a regra que
# teria escrito antes.
#
# ### BEGIN SOLUTION
# (a) Os dados (ou a semente e o código que os geram), com digest: revela dados diferentes ou alterados; a separação entre treino e teste: revela
# avaliação nas linhas de treino; código e ambiente (imagem por digest, versões): revela que o código mudou depois da execução; parâmetros e semente:
# revela escolha da melhor de muitas sementes; o artefato com SHA-256: revela que o modelo servido não é o avaliado. O ideal é tudo isto junto, como saída de um pipeline
# que eu possa executar outra vez. (b) Não: 40 pedidos não distinguem taxas próximas (com 1 % de erros esperam-se 0,4 erros; zero ou um não dizem nada). A regra diz
# antes a métrica, a diferença que importa, o número mínimo de pedidos (ou o tempo) para vê-la, e o que faz voltar atrás de imediato.
#
# **Rubrica (4 pontos).** 1: dados, e a separação de treino e teste, cada um com a falha que revela. 1: código e ambiente, parâmetros e semente, e o artefato
# por SHA-256, com a falha de cada um. 1: não promove, com a razão em números (40 pedidos não distinguem taxas próximas). 1: uma regra escrita antes, com
# métrica, diferença, número mínimo de pedidos (ou tempo) e o que faz voltar. Meio ponto quando a ideia aparece sem a razão.
# ### END SOLUTION

# %% [markdown] reflect="trust-the-number" points=4 lang="en"
# ### Reflection (4 points, graded by a person)
#
# A colleague sends you a model `.json` with the sentence "accuracy of 0.97". (a) What would you ask for to believe the number, and which fault would each of these
# things reveal? (b) The canary of that model has the same rate of errors as the old version, but has served 40 requests only. Do you promote it? State the rule that you
# would have written beforehand.
#
# ### BEGIN SOLUTION
# (a) The data (or the seed and the code that make them), with a digest: reveals other or altered data; the split into training and test: reveals
# an evaluation on training rows; code and environment (image by digest, versions): reveals that the code was changed after the run; parameters and seed:
# reveals that the best of many seeds was picked; the artefact with its SHA-256: reveals that the model served is not the one evaluated. Best is all of it together, as the output of a
# pipeline that I can run again. (b) No: 40 requests do not tell close rates apart (at 1 % of errors 0.4 errors are expected; none or one says nothing). The rule states
# beforehand the metric, the difference that matters, the least number of requests (or time) to see it, and what makes one go back at once.
#
# **Rubric (4 points).** 1: data, and the split into training and test, each with the fault that it reveals. 1: code and environment, parameters and seed, and
# the artefact by SHA-256, with the fault of each. 1: does not promote, with the reason in numbers (40 requests do not tell close rates apart). 1: a rule
# written beforehand, with metric, difference, least number of requests (or time), and what makes one go back. Half a point where the idea is there without its reason.
# ### END SOLUTION

# %% [markdown] lang="pt-BR"
# **Próximo:** `09-autoscaling`. Antes de entregar, use *Ensaiar*: ele executa este caderno num cluster vazio, com os arquivos que estão ao lado dele.

# %% [markdown] lang="en"
# **Next:** `09-autoscaling`. Before you hand in, use *Rehearse*: it runs this notebook on an empty cluster, with the files that stand beside it.

# %%
rehearse()
