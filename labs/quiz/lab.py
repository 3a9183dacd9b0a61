# %% [markdown] lang="pt-BR"
# # Autoavaliação
#
# Quase cinquenta perguntas curtas sobre a aula inteira, para você descobrir o que já é seu e o que vale rever. Reserve de 55 a
# 70 minutos, ou faça uma seção por vez: as respostas ficam guardadas em `quiz-answers.json`, ao lado deste caderno, e
# continuam lá se você reiniciar o kernel.
#
# - **Estudando por conta própria?** Você usa o banco público: a cada resposta aparece um comentário, e há um número limitado de tentativas.
#   As respostas certas estão no repositório (`labs/quiz/bank.yaml`); só você perde se olhar antes.
# - **Em uma turma?** As respostas são guardadas e corrigidas depois da entrega, com o banco de quem ensina. Envie
#   `quiz-answers.json` junto com o caderno. Até lá você pode mudá-las.
#
# Perguntas e alternativas aparecem em uma ordem só sua. Tudo funciona pelo teclado: Tab passa de um controle ao outro, a
# barra de espaço marca. Nenhum cluster é usado aqui.

# %% [markdown] lang="en"
# # Self-assessment
#
# Nearly fifty short questions on the whole lecture, to find out what is yours already and what deserves another look. Allow 55 to
# 70 minutes, or take one section at a time: your answers are kept in `quiz-answers.json`, beside this notebook, and are
# still there after you restart the kernel.
#
# - **Studying on your own?** You use the public bank: each answer gets a comment, and there is a limited number of attempts.
#   The right answers are in the repository (`labs/quiz/bank.yaml`); you alone lose if you peek.
# - **In a class?** Answers are kept, and judged after you submit, with your instructor's bank. Hand in
#   `quiz-answers.json` with the notebook. You can change them until then.
#
# Questions and options come in an order of your own. Everything works from the keyboard: Tab goes from control to control,
# the space bar ticks. No cluster is used here.

# %%
# %load_ext labkit
from labkit import start
lab = start("quiz")
check = lab.check
from labkit.quiz import answer, show, summary

# %% [markdown] lang="pt-BR"
# Não vê botões? Ponha `LABKIT_TEXT=1` no ambiente (ou leia a forma em texto que aparece no lugar deles) e responda com
# `answer("nome-da-pergunta", "b")`. Com várias alternativas ou itens a ordenar, `"a, c"`; com números, `1.5`.
# A célula vazia depois de cada seção é o lugar para isso; se você usa os botões, deixe-a como está.

# %% [markdown] lang="en"
# No buttons in sight? Set `LABKIT_TEXT=1` in the environment (or read the text that stands in their place) and answer with
# `answer("name-of-question", "b")`. For several options, or items to order, `"a, c"`; for numbers, `1.5`.
# The empty cell after each section is the place for it; if you use the buttons, leave it as it is.

# %% [markdown] lang="pt-BR"
# ## 1. Máquinas virtuais e contêineres
#
# O que muda quando uma aplicação sai de uma máquina virtual e entra em um contêiner.

# %% [markdown] lang="en"
# ## 1. Virtual machines and containers
#
# What changes when an application leaves a virtual machine and moves into a container.

# %%
show("containers")

# %% solution="containers-answers"
### BEGIN SOLUTION
answer("containers-advantage", "lighter")
answer("containers-kernel", "host")
answer("containers-mechanisms", "namespaces", "cgroups")
answer("containers-density", 10)
answer("containers-digest", "hash")
### END SOLUTION

# %% check="containers"

# %% [markdown] lang="pt-BR"
# ## 2. O Kubernetes e seus objetos
#
# Quem faz o quê entre o seu manifesto e um contêiner rodando, e por que um Pod nunca é o endereço de ninguém.

# %% [markdown] lang="en"
# ## 2. Kubernetes and its objects
#
# Who does what between your manifest and a running container, and why a Pod is never anybody's address.

# %%
show("kubernetes")

# %% solution="kubernetes-answers"
### BEGIN SOLUTION
answer("kubernetes-service", "stable")
answer("kubernetes-sidecar", "together")
answer("kubernetes-path", "store", "replicaset", "pods", "bind", "kubelet")
answer("kubernetes-surge", 9)
answer("kubernetes-endpoints", "labels", "readiness")
answer("kubernetes-origin", "shared-state")
### END SOLUTION

# %% check="kubernetes"

# %% [markdown] lang="pt-BR"
# ## 3. Kubernetes em HPC
#
# Lotes, varreduras de parâmetros e dados que não gostam de viajar.

# %% [markdown] lang="en"
# ## 3. Kubernetes in HPC
#
# Batches, parameter sweeps, and data that do not like to travel.

# %%
show("hpc")

# %% solution="hpc-answers"
### BEGIN SOLUTION
answer("hpc-indexed", "indexed")
answer("hpc-makespan", 48)
answer("hpc-where", "portal", "inference")
answer("hpc-array", "c100-p10")
answer("hpc-locality", "local-pv")
### END SOLUTION

# %% check="hpc"

# %% [markdown] lang="pt-BR"
# ## 4. Kubernetes em IA
#
# Treinar, servir e acompanhar a carga.

# %% [markdown] lang="en"
# ## 4. Kubernetes in AI
#
# Training, serving, and following the load.

# %%
show("ai")

# %% solution="ai-answers"
### BEGIN SOLUTION
answer("ai-hpa", 6)
answer("ai-straggler", "all-wait")
answer("ai-pipeline", "ingest", "split", "train", "evaluate", "canary", "rollout")
answer("ai-cold-start", "min-one")
answer("ai-hpa-requests", "requests")
answer("ai-stabilization", 10)
### END SOLUTION

# %% check="ai"

# %% [markdown] lang="pt-BR"
# ## 5. Kubeflow
#
# As peças do Kubeflow e quem mexe em cada uma.

# %% [markdown] lang="en"
# ## 5. Kubeflow
#
# The parts of Kubeflow, and who handles each.

# %%
show("kubeflow")

# %% solution="kubeflow-answers"
### BEGIN SOLUTION
answer("kubeflow-what", "kubeflow")
answer("kubeflow-trainjob", "trainjob")
answer("kubeflow-canary", 10)
answer("kubeflow-notebook", "files", "object")
answer("kubeflow-cache", "version")
answer("kubeflow-gang", "policy")
### END SOLUTION

# %% check="kubeflow"

# %% [markdown] lang="pt-BR"
# ## 6. Volcano
#
# Tudo ou nada: por que jobs paralelos precisam disso, e como se pede.

# %% [markdown] lang="en"
# ## 6. Volcano
#
# All or nothing: why parallel jobs need it, and how to ask for it.

# %%
show("volcano")

# %% solution="volcano-answers"
### BEGIN SOLUTION
answer("volcano-what", "volcano")
answer("volcano-deadlock", "stuck")
answer("volcano-min-available", 5)
answer("volcano-pending", "none")
answer("volcano-share", 48)
answer("volcano-scheduler-name", "name")
### END SOLUTION

# %% check="volcano"

# %% [markdown] lang="pt-BR"
# ## 7. O que vem a seguir
#
# Dispositivos descritos, grupos no próprio escalonador, segurança e funções.

# %% [markdown] lang="en"
# ## 7. What comes next
#
# Devices that are described, groups in the scheduler itself, security and functions.

# %%
show("next")

# %% solution="next-answers"
### BEGIN SOLUTION
answer("next-dra", "claim")
answer("next-gang", "gates", "group")
answer("next-rbac", "role")
answer("next-restricted", "privileged", "nonroot")
answer("next-serverless", "thumbnails")
answer("next-network-policy", "union")
answer("next-admission", "no-pods")
### END SOLUTION

# %% check="next"

# %% [markdown] lang="pt-BR"
# ## 8. Na prática
#
# Escolher a ferramenta e deixar um experimento que outra pessoa consiga repetir.

# %% [markdown] lang="en"
# ## 8. In practice
#
# Choosing the tool, and leaving behind an experiment that somebody else can repeat.

# %%
show("practice")

# %% solution="practice-answers"
### BEGIN SOLUTION
answer("practice-cron", "cronjob")
answer("practice-fragmentation", "one-node")
answer("practice-record", "digest", "seed", "inputs")
answer("practice-quota", 15)
answer("practice-budget", 1)
answer("practice-division", "idle")
### END SOLUTION

# %% check="practice"

# %% [markdown] reflect="practice-reproducibility" points=4 lang="pt-BR"
# Como contêineres e orquestração ajudam a reprodutibilidade de experimentos científicos? Dê um exemplo concreto e diga também o que eles, sozinhos, NÃO garantem. (De 8 a 15 linhas.)
#
# ### BEGIN SOLUTION
# Uma imagem fixada pelo digest congela programa, bibliotecas e versões: quem repetir recebe os mesmos bytes. O manifesto, versionado junto do código, declara comando, parâmetros, semente, volumes de entrada e recursos (CPU, memória, GPU), de modo que o mesmo experimento possa ser lançado em outro cluster sem instruções orais. Um Job indexado torna a varredura de parâmetros uma função do índice: qualquer ponto pode ser refeito sozinho. Exemplo: 100 sementes de dinâmica molecular, cada uma com sua soma de verificação publicada; um revisor refaz o índice 37 e compara. O que não garantem: que os dados de entrada ainda existam e sejam os mesmos (é preciso versão ou soma de verificação), que o registro ainda guarde a imagem, que o programa fixe a semente, e que hardware e número de processos diferentes deem os mesmos bits em ponto flutuante; kernel e drivers do hospedeiro ficam fora da imagem.
# ### END SOLUTION

# %% [markdown] reflect="practice-reproducibility" points=4 lang="en"
# How do containers and orchestration help the reproducibility of scientific experiments? Give a concrete example, and also say what they do NOT guarantee by themselves. (8 to 15 lines.)
#
# ### BEGIN SOLUTION
# An image pinned by digest freezes program, libraries and versions: whoever repeats the run gets the same bytes. The manifest, versioned with the code, declares command, parameters, seed, input volumes and resources (CPU, memory, GPU), so the same experiment can be launched on another cluster without oral instructions. An Indexed Job makes a parameter sweep a function of the index: any point can be redone alone. Example: 100 seeds of molecular dynamics, each with a published checksum; a reviewer redoes index 37 and compares. What they do not guarantee: that the input data still exist and are the same (a version or checksum is needed), that the registry still keeps the image, that the program fixes its seed, and that other hardware and another number of processes give the same floating-point bits; the host's kernel and drivers are outside the image.
# ### END SOLUTION

# %% [markdown] reflect="practice-choose" points=3 lang="pt-BR"
# Escolha uma carga de trabalho do seu próprio grupo ou curso. Onde você a executaria (Slurm, Kubernetes padrão, Kubernetes com Volcano, Kubeflow, uma máquina virtual) e por quê? O que faria você mudar de ideia? (De 6 a 12 linhas.)
#
# ### BEGIN SOLUTION
# Exemplo: treinamos toda semana um modelo de segmentação em 4 GPUs e o servimos o ano todo. O treinamento é síncrono, precisa das 4 GPUs ao mesmo tempo e divide o cluster com outros grupos: Kubernetes com Volcano, com um grupo de `minAvailable: 4` em uma fila com peso, para que não fique pela metade. O serviço é um Deployment com um Service e um HPA. Kubeflow Pipelines valeria a pena quando as etapas crescessem e precisássemos comparar execuções; hoje um CronJob basta. Mudaria de ideia se o treinamento passasse a 64 nós com MPI e InfiniBand (Slurm, que conhece a topologia), ou se os dados clínicos exigissem isolamento entre inquilinos (máquinas virtuais).
# ### END SOLUTION

# %% [markdown] reflect="practice-choose" points=3 lang="en"
# Take a workload of your own group or course. Where would you run it (Slurm, plain Kubernetes, Kubernetes with Volcano, Kubeflow, a virtual machine), and why? What would make you change your mind? (6 to 12 lines.)
#
# ### BEGIN SOLUTION
# Example: every week we train a segmentation model on 4 GPUs, and serve it all year. Training is synchronous, needs the 4 GPUs at once and shares the cluster with other groups: Kubernetes with Volcano, a group with `minAvailable: 4` in a queue with a weight, so that it is never half-placed. The service is a Deployment with a Service and an HPA. Kubeflow Pipelines would pay once the stages grew and we had to compare runs; today a CronJob is enough. I would change my mind if training went to 64 nodes with MPI and InfiniBand (Slurm, which knows the topology), or if clinical data demanded isolation between tenants (virtual machines).
# ### END SOLUTION

# %% [markdown] lang="pt-BR"
# ## Até onde você chegou
#
# Reveja as seções com mais erros no laboratório do mesmo assunto. A próxima aula trata de sistemas de arquivos paralelos:
# leve com você a pergunta da seção 3 sobre levar o cálculo até os dados.

# %% [markdown] lang="en"
# ## How far you have come
#
# Revisit the sections with most mistakes in the lab on the same subject. The next lecture is about parallel file systems:
# take along the question of section 3 about bringing the computation to the data.

# %%
summary()
