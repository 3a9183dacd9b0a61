# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
# ---

# %% [markdown] lang="pt-BR"
# # 01 · Máquina virtual ou contêiner: meça
#
# **Tempo:** 60 a 90 minutos · **Antes:** nada · **7 tarefas, 28 pontos**, mais as conclusões (4 pontos)
#
# Todo mundo já ouviu que contêineres são “mais leves” do que máquinas virtuais. Mais leves quanto? Em quê? A que preço?
# Neste laboratório você não vai ler a resposta: vai **medi-la**, na sua máquina, com um experimento que aguente perguntas.
#
# Ao final você saberá:
#
# 1. dizer o que um hipervisor faz, e o que um contêiner toma emprestado do kernel do hospedeiro;
# 2. planejar uma medição: referência, repetições, aquecimento, ordem intercalada;
# 3. resumir amostras com mediana e dispersão, e dizer de que máquina elas são;
# 4. calcular quantas instâncias cabem numa máquina, declarando o modelo;
# 5. explicar o que root alcança dentro de cada um, e por que isso decide onde se põe um inquilino desconhecido.
#
# Nada aqui é simulado e nenhum cluster é usado. O **mesmo programa** (um binário estático de 2,5 MB) roda de três modos: como
# processo comum, num contêiner (Docker ou Podman) e numa máquina virtual (QEMU com um kernel Linux só dela).

# %% [markdown] lang="en"
# # 01 · Virtual machine or container: measure
#
# **Time:** 60 to 90 minutes · **Before it:** nothing · **7 tasks, 28 points**, and the conclusions (4 points)
#
# Everybody has heard that containers are “lighter” than virtual machines. How much lighter? In what? At what price?
# In this lab you will not read the answer: you will **measure** it, on your machine, by an experiment that stands questioning.
#
# By the end you will be able to:
#
# 1. say what a hypervisor does, and what a container borrows from the host's kernel;
# 2. plan a measurement: yardstick, repetitions, warm-up, interleaved order;
# 3. sum up samples by median and spread, and say which machine they are of;
# 4. work out how many instances fit into a machine, stating the model;
# 5. explain what root reaches inside each of them, and why that decides where an unknown tenant goes.
#
# Nothing here is simulated, and no cluster is used. The **same program** (a static binary of 2.5 MB) runs in three ways: as
# a plain process, in a container (Docker or Podman) and in a virtual machine (QEMU with a Linux kernel of its own).

# %%
# %load_ext labkit
from labkit import start

lab = start("01-vm-vs-container")
check, rehearse = lab.check, lab.rehearse

from labbench import Plan, claim, declare, doctor, load, measure, plot, plot_density

names = ("process", "container", "vm")

# %% [markdown] lang="pt-BR"
# ## 1 · Duas fronteiras (15 min)
#
# ```text
#      processo             contêiner                    máquina virtual
#   ┌────────────┐      ┌────────────┐                ┌────────────────────┐
#   │  programa  │      │  programa  │                │      programa      │
#   └─────┬──────┘      ├────────────┤                ├────────────────────┤
#         │             │ namespaces │ ◄─ fronteira   │ kernel convidado   │
#         │             │ + cgroup   │                ├────────────────────┤
#         │             └─────┬──────┘                │ máquina simulada   │ ◄─ fronteira
#         │                   │                       │ (QEMU + KVM)       │
#   ══════╧═══════════════════╧═══════════════════════╧════════════════════╧══
#                     kernel do hospedeiro  ·  hardware
# ```
#
# **Máquina virtual.** Um *hipervisor* (KVM com QEMU, VMware, VirtualBox) apresenta a cada convidado um computador inteiro:
# processadores, memória, disco, placa de rede. Sobre ele inicia um **kernel próprio**. O processador ajuda (VT-x, AMD-V): o
# convidado executa instruções comuns diretamente, e só o que toca em dispositivos sai para o hipervisor. Sem essa ajuda,
# QEMU **traduz** cada instrução (o modo TCG): funciona em qualquer lugar, bem mais devagar. A fronteira é estreita: um
# convidado só fala com dispositivos simulados.
#
# **Contêiner.** Não existe no kernel um objeto “contêiner”. Há processos comuns, do **kernel do hospedeiro**, com duas coisas
# a mais. *Namespaces* dizem o que o processo **vê**: seus processos (`pid`), sua rede (`net`), suas pastas (`mnt`), seus
# usuários (`user`), seu nome (`uts`). *Cgroups* dizem quanto ele **pode usar**: memória, CPU, número de processos. Docker e
# Podman pedem isso a um executor (runc), a partir de uma **imagem**: um sistema de arquivos pronto e sua configuração. A
# fronteira é larga: as centenas de chamadas de sistema do kernel, que todos dividem.
#
# Do desenho saem quatro previsões. Anote o seu palpite, em números, antes de medir: quantas vezes mais lenta é a **partida**
# de uma máquina virtual? Quanta **memória** a mais? O **cálculo** fica mais lento em algum dos dois? E a **escrita** em disco?
#
# A célula seguinte prepara o que será medido e diz o que a sua máquina tem. Se algo faltar, ela diz como instalar.
#
# > **KVM ou TCG?** Só a presença de `/dev/kvm` não prova nada: dentro de outra máquina virtual, ele pode existir e travar. Por
# > isso um convidado é iniciado com KVM e recebe cinco segundos; se não responder, medimos com TCG, e **todo gráfico e toda
# > tabela dizem qual foi**. Com TCG, os números de cálculo são os da emulação, e não os de uma nuvem.
#
# > **Sem Docker, Podman ou QEMU?** Você ainda pode fazer quase tudo com os **dados gravados** do curso (`load()` recorre a eles, e
# > avisa). Eles não valem os pontos da tarefa 2: não foi você quem mediu.

# %% [markdown] lang="en"
# ## 1 · Two borders (15 min)
#
# ```text
#      process              container                    virtual machine
#   ┌────────────┐      ┌────────────┐                ┌────────────────────┐
#   │  program   │      │  program   │                │      program       │
#   └─────┬──────┘      ├────────────┤                ├────────────────────┤
#         │             │ namespaces │ ◄─ border      │    guest kernel    │
#         │             │ + cgroup   │                ├────────────────────┤
#         │             └─────┬──────┘                │ simulated machine  │ ◄─ border
#         │                   │                       │    (QEMU + KVM)    │
#   ══════╧═══════════════════╧═══════════════════════╧════════════════════╧══
#                        the host's kernel  ·  hardware
# ```
#
# **Virtual machine.** A *hypervisor* (KVM with QEMU, VMware, VirtualBox) presents a whole computer to each guest:
# processors, memory, disk, network card. On it boots a **kernel of its own**. The processor helps (VT-x, AMD-V): the
# guest executes ordinary instructions directly, and only what touches devices leaves for the hypervisor. Without that help,
# QEMU **translates** each instruction (its mode TCG): that works anywhere, and is much slower. The border is narrow: a
# guest talks to simulated devices only.
#
# **Container.** There is no object “container” in the kernel. There are ordinary processes, of the **host's kernel**, with two
# things added. *Namespaces* say what the process **sees**: its processes (`pid`), its network (`net`), its folders (`mnt`), its
# users (`user`), its name (`uts`). *Cgroups* say how much it **may use**: memory, CPU, number of processes. Docker and
# Podman ask a runtime (runc) for that, from an **image**: a file system ready to use, and its configuration. The
# border is wide: the kernel's hundreds of system calls, which everybody shares.
#
# Four predictions follow from the drawing. Write down your guess, in numbers, before you measure: how many times slower is
# the **start** of a virtual machine? How much more **memory**? Does **calculation** get slower in either? And **writing** to disk?
#
# The next cell makes ready what will be measured, and says what your machine has. If something is missing, it says how to
# install it.
#
# > **KVM or TCG?** That `/dev/kvm` exists proves nothing: inside another virtual machine it can be there and hang. So a
# > guest is booted with KVM and given five seconds; if it does not answer, we measure with TCG, and **every plot and every
# > table says which one it was**. With TCG, the numbers for calculation are those of emulation, not those of a cloud.
#
# > **No Docker, Podman or QEMU?** You can still do nearly everything with the course's **recorded data** (`load()` falls back on
# > them, and says so). They do not earn the points of task 2: it was not you who measured.

# %% tags=["nbval-ignore-output"]
doctor()

# %% [markdown] lang="pt-BR"
# ## 2 · O plano vem antes (10 min)
#
# Medir é fácil; medir de modo que alguém acredite exige decisões, tomadas **antes** de ver os números:
#
# | campo | pergunta | o que dá errado sem ele |
# |---|---|---|
# | `contenders` | comparado com quê? | “o contêiner parte em 80 ms” não diz o que o contêiner acrescenta: falta o processo comum |
# | `repetitions` | quanto varia? | uma medida só pode ter caído num mau momento |
# | `warmup` | o que só a primeira vez paga? | disco frio, imagem ainda não lida: a primeira rodada é de outro experimento |
# | `order` | e se a máquina mudar no meio? | em blocos (`"blocked"`), um minuto de máquina ocupada cai inteiro num só competidor; intercalada (`"interleaved"`), cada rodada tem um ensaio de cada um, em ordem sorteada |
# | `seed` | a ordem pode ser refeita? | um sorteio sem semente não se repete |
# | `mib` | quanta memória cada instância ocupa? | um programa vazio não se parece com carga alguma |
# | `density` | quantas ao mesmo tempo? | com um ponto não há reta; com dois, há sempre uma |
#
# ### Tarefa 1 · Escreva o plano (6 pontos)
#
# Guarde em `plan` um `Plan(...)` em que os três competem (`"process"`, `"container"`, `"vm"`), ao menos
# `${repetitions}` vezes cada um, com uma rodada de aquecimento, em ordem intercalada pela sua semente `${seed}`, com `${mib}` MiB por
# instância, e a densidade em três números de instâncias (de 1 a 6; cada máquina virtual ocupa uns 250 MiB).
# Seus valores estão na saída da primeira célula e em `lab.values["repetitions"]`, `lab.values["seed"]`, `lab.values["mib"]`.

# %% [markdown] lang="en"
# ## 2 · The plan comes first (10 min)
#
# Measuring is easy; measuring so that somebody believes it takes decisions, made **before** one sees the numbers:
#
# | field | question | what goes wrong without it |
# |---|---|---|
# | `contenders` | compared with what? | “the container starts in 80 ms” does not say what the container adds: the plain process is missing |
# | `repetitions` | how much does it vary? | a single measurement may have hit a bad moment |
# | `warmup` | what does only the first time pay for? | a cold disk, an image not yet read: the first round is of another experiment |
# | `order` | what if the machine changes midway? | in blocks (`"blocked"`), a minute of a busy machine falls on one contender entirely; interleaved (`"interleaved"`), each round holds one trial of each, in an order that is drawn |
# | `seed` | can the order be had again? | a draw without a seed cannot be repeated |
# | `mib` | how much memory does each instance take? | an empty program resembles no workload at all |
# | `density` | how many at once? | one point makes no line; two always do |
#
# ### Task 1 · Write the plan (6 points)
#
# Keep in `plan` a `Plan(...)` in which all three compete (`"process"`, `"container"`, `"vm"`), at least
# `${repetitions}` times each, with one round of warm-up, in an order interleaved by your seed `${seed}`, with `${mib}` MiB an
# instance, and density at three numbers of instances (from 1 to 6; each virtual machine takes some 250 MiB).
# Your values are in the output of the first cell, and in `lab.values["repetitions"]`, `lab.values["seed"]`, `lab.values["mib"]`.

# %% solution="write-plan"
### BEGIN SOLUTION
plan = Plan(
    contenders=("process", "container", "vm"),
    repetitions=lab.values["repetitions"],
    warmup=1,
    order="interleaved",
    seed=lab.values["seed"],
    mib=lab.values["mib"],
    density=(1, 2, 3),
)
### END SOLUTION

# %%
declare(plan)

# %% check="plan"

# %% [markdown] lang="pt-BR"
# ## 3 · Meça (10 min, dos quais 1 a 3 de espera)
#
# Em cada ensaio o mesmo programa é iniciado, diz uma linha assim que está de pé (`startup`), conta primos (`int`), move
# partículas (`float`), grava 32 blocos de 64 KiB e espera que cada um chegue ao disco (`io`), e por fim segura a sua
# memória, que medimos do lado de fora (`memory`). Todos os instantes são do **relógio do hospedeiro**, tomados quando a linha
# chega: o relógio de um convidado não precisa merecer confiança. Cada um é medido como se pode:
#
# | | partida: do quê até a primeira linha | memória |
# |---|---|---|
# | processo | da criação do processo | PSS: páginas só dele, e sua parte das divididas |
# | contêiner | de criar **e** iniciar o contêiner, pela API do engine | cgroup: o que o kernel lança na conta do contêiner |
# | máquina virtual | de iniciar o QEMU, kernel convidado incluído | PSS do QEMU; e, à parte, o que o convidado julga usar (`guest_memory`) |
#
# São medidas diferentes de uma mesma ideia, e o texto do relatório tem de dizê-lo. Feche o que puder e execute a célula.
# Interromper não faz mal: o que foi iniciado é encerrado, e nada de incompleto é guardado.
#
# ### Tarefa 2 · As suas medidas (6 pontos)
#
# A célula grava `measured-samples.csv` (uma linha por amostra) e `measured-provenance.json` (máquina, versões, plano, hora) ao
# lado deste caderno. **Entregue os dois junto com ele**: o corretor não mede de novo, ele refaz as contas.

# %% [markdown] lang="en"
# ## 3 · Measure (10 min, 1 to 3 of them waiting)
#
# In each trial the same program is started, says one line as soon as it is up (`startup`), counts primes (`int`), moves
# particles (`float`), writes 32 blocks of 64 KiB and waits for each to reach the disk (`io`), and at last holds its
# memory, which we measure from outside (`memory`). All instants are of the **host's clock**, taken when the line
# arrives: a guest's clock need not deserve trust. Each one is measured as it can be:
#
# | | start-up: from what to the first line | memory |
# |---|---|---|
# | process | from the creation of the process | PSS: pages of its own, and its share of shared ones |
# | container | from creating **and** starting the container, through the engine's API | cgroup: what the kernel charges to the container |
# | virtual machine | from starting QEMU, the guest kernel included | QEMU's PSS; and, apart from it, what the guest believes to use (`guest_memory`) |
#
# These are different measures of one idea, and the text of a report has to say so. Close what you can, and run the cell.
# Interrupting does no harm: what was started is ended, and nothing incomplete is kept.
#
# ### Task 2 · Your measurements (6 points)
#
# The cell writes `measured-samples.csv` (one row a sample) and `measured-provenance.json` (machine, versions, plan, time) beside
# this notebook. **Hand both in with it**: the grader does not measure again, it does the sums again.

# %% tags=["nbval-ignore-output"]
measure(plan)

# %% check="measured"

# %% tags=["nbval-ignore-output"]
data = load()
for name in names:
    print(f"{name:10} startup [s]:", data.values("startup", name))

# %% tags=["nbval-ignore-output"]
plot(data, "startup", log=True)

# %% [markdown] lang="pt-BR"
# ## 4 · Partida (10 min)
#
# Cada ponto é uma amostra; o traço é a mediana, com os quartis. Repare na escala: é **logarítmica**, cada divisão vale dez
# vezes a anterior.
#
# Tempos são assimétricos: há um mínimo que a máquina impõe, e nenhum máximo. Uma única amostra ruim arrasta a média; a **mediana**
# não se move. E uma mediana sem **dispersão** não diz se a diferença é real: dê também o intervalo interquartil (terceiro
# quartil menos o primeiro), a largura da metade do meio.
#
# ### Tarefa 3 · Quanto custa começar (4 pontos)
#
# Declare com `claim("startup", ...)`, em segundos: as medianas `process`, `container`, `vm`; os intervalos interquartis
# `iqr_process`, `iqr_container`, `iqr_vm`; e as razões de medianas `container_over_process` e `vm_over_container`.
# Use `data.values("startup", nome)` e o módulo `statistics` (ou o que preferir); só a fase `measured` conta.

# %% [markdown] lang="en"
# ## 4 · Start-up (10 min)
#
# Each dot is a sample; the stroke is the median, with the quartiles. Look at the scale: it is **logarithmic**, each step
# is ten times the one before.
#
# Times are skewed: there is a minimum that the machine imposes, and no maximum. One bad sample drags the mean along; the
# **median** does not move. And a median without **spread** does not say whether a difference is real: give the interquartile
# range too (third quartile less the first), the width of the middle half.
#
# ### Task 3 · What it costs to begin (4 points)
#
# State with `claim("startup", ...)`, in seconds: the medians `process`, `container`, `vm`; the interquartile ranges
# `iqr_process`, `iqr_container`, `iqr_vm`; and the ratios of medians `container_over_process` and `vm_over_container`.
# Use `data.values("startup", name)` and the module `statistics` (or what you prefer); only the phase `measured` counts.

# %% solution="claim-startup"
### BEGIN SOLUTION
from statistics import median, quantiles


def iqr(values):
    q = quantiles(values, n=4, method="inclusive")
    return q[2] - q[0]


medians = {name: median(data.values("startup", name)) for name in names}
claim(
    "startup",
    process=medians["process"], container=medians["container"], vm=medians["vm"],
    **{f"iqr_{name}": iqr(data.values("startup", name)) for name in names},
    container_over_process=medians["container"] / medians["process"],
    vm_over_container=medians["vm"] / medians["container"],
)
### END SOLUTION

# %% check="startup"

# %% [markdown] lang="pt-BR"
# ## 5 · Memória, e quantas cabem (15 min)
#
# O processo e o contêiner seguram pouco mais do que os `${mib}` MiB pedidos: namespaces e cgroup são registros no kernel, não
# memória. A máquina virtual paga por um kernel inteiro, por suas tabelas e caches, e pelo próprio QEMU (com TCG, também pelas
# instruções traduzidas). Compare `memory` da máquina virtual com `guest_memory`: **o hospedeiro e o convidado não concordam**, e
# quem paga a conta é o hospedeiro.
#
# Quantas instâncias cabem numa máquina? Não vamos enchê-la: medimos 1, 2 e 3 ao mesmo tempo e **extrapolamos por uma reta**,
# dizendo que é isso que fizemos. O que interessa é a **inclinação**, o custo de mais uma; o que se paga uma vez só (páginas do
# binário e do QEMU, divididas entre instâncias) fica na outra constante da reta.

# %% [markdown] lang="en"
# ## 5 · Memory, and how many fit (15 min)
#
# The process and the container hold little more than the `${mib}` MiB asked for: namespaces and cgroup are records in the
# kernel, not memory. The virtual machine pays for a whole kernel, for its tables and caches, and for QEMU itself (with TCG,
# for the translated instructions too). Compare the virtual machine's `memory` with `guest_memory`: **host and guest do not
# agree**, and it is the host who pays.
#
# How many instances fit into a machine? We shall not fill one: we measure 1, 2 and 3 at once and **extrapolate by a line**,
# saying that this is what we did. What matters is the **slope**, the cost of one more; what is paid only once (pages of the
# binary and of QEMU, shared between instances) is in the line's other constant.

# %% tags=["nbval-ignore-output"]
plot_density(data)

# %% [markdown] lang="pt-BR"
# ### Tarefa 4 · Memória e densidade (4 pontos)
#
# - `claim("memory", ...)`: as medianas de `memory` para `process`, `container` e `vm`, e a de `guest_memory` como `guest`, em MiB.
# - `claim("density", ...)`: as inclinações `mib_process`, `mib_container`, `mib_vm` (mínimos quadrados sobre os pares de
#   `data.density(nome)`; há `statistics.linear_regression`), e quantas instâncias cabem, `fit_process`, `fit_container`, `fit_vm`, num
#   hospedeiro de `${host}` GiB em que `${reserve}` GiB ficam para o sistema. Arredonde para baixo. O modelo: só a memória limita,
#   e a reta continua reta.

# %% [markdown] lang="en"
# ### Task 4 · Memory and density (4 points)
#
# - `claim("memory", ...)`: the medians of `memory` for `process`, `container` and `vm`, and that of `guest_memory` as `guest`, in MiB.
# - `claim("density", ...)`: the slopes `mib_process`, `mib_container`, `mib_vm` (least squares over the pairs of
#   `data.density(name)`; there is `statistics.linear_regression`), and how many instances fit, `fit_process`, `fit_container`,
#   `fit_vm`, into a host of `${host}` GiB of which `${reserve}` GiB stay with the system. Round down. The model: memory alone
#   limits, and the line stays straight.

# %% solution="claim-memory"
### BEGIN SOLUTION
claim(
    "memory",
    **{name: median(data.values("memory", name)) for name in names},
    guest=median(data.values("guest_memory", "vm")),
)
### END SOLUTION

# %% solution="claim-density"
### BEGIN SOLUTION
from statistics import linear_regression

slopes = {name: linear_regression(*zip(*data.density(name))).slope for name in names}
room = (lab.values["host"] - lab.values["reserve"]) * 1024
claim(
    "density",
    mib_process=slopes["process"], mib_container=slopes["container"], mib_vm=slopes["vm"],
    **{f"fit_{name}": room // slopes[name] for name in names},
)
### END SOLUTION

# %% check="memory"

# %% [markdown] lang="pt-BR"
# ## 6 · CPU e arquivos (10 min)
#
# O contêiner executa as mesmas instruções, no mesmo processador, sob o mesmo escalonador: no cálculo não há fronteira a
# atravessar, e a razão deve ficar perto de 1 (a diferença que sobrar é ruído: compare-a com a dispersão). Na máquina virtual depende do
# acelerador: com KVM, instruções comuns correm direto; com TCG, cada uma é traduzida, e ponto flutuante é refeito por
# software, bit a bit, para dar exatamente o mesmo resultado.
#
# Escrever com `fsync` é outra história: do arquivo do convidado a um disco simulado, ao QEMU, a um arquivo do hospedeiro, ao disco.

# %% [markdown] lang="en"
# ## 6 · CPU and files (10 min)
#
# The container executes the same instructions, on the same processor, under the same scheduler: calculation crosses no
# border, and the ratio should be close to 1 (what differs is noise: compare it with the spread). In the virtual machine it
# depends on the accelerator: with KVM, ordinary instructions run directly; with TCG each one is translated, and floating point
# is redone in software, bit by bit, so as to give exactly the same result.
#
# Writing with `fsync` is another story: from the guest's file to a simulated disk, to QEMU, to a file of the host, to the disk.

# %% tags=["nbval-ignore-output"]
plot(data, "float")

# %% tags=["nbval-ignore-output"]
plot(data, "io")

# %% [markdown] lang="pt-BR"
# ### Tarefa 5 · Quantas vezes o tempo do processo (3 pontos)
#
# `claim("overhead", ...)`, razões de medianas em que o processo é o divisor: `int_container`, `int_vm`, `float_container`,
# `float_vm`, `io_container`, `io_vm`.

# %% [markdown] lang="en"
# ### Task 5 · How many times the process's time (3 points)
#
# `claim("overhead", ...)`, ratios of medians in which the process is the divisor: `int_container`, `int_vm`, `float_container`,
# `float_vm`, `io_container`, `io_vm`.

# %% solution="claim-overhead"
### BEGIN SOLUTION
def times(metric, name):
    return median(data.values(metric, name)) / median(data.values(metric, "process"))


claim(
    "overhead",
    int_container=times("int", "container"), int_vm=times("int", "vm"),
    float_container=times("float", "container"), float_vm=times("float", "vm"),
    io_container=times("io", "container"), io_vm=times("io", "vm"),
)
### END SOLUTION

# %% check="overhead"

# %% [markdown] lang="pt-BR"
# ## 7 · O que cada um vê (10 min)
#
# O programa também contou o que enxerga em volta. `boot` resume um número que o kernel sorteia ao iniciar: quem tem o mesmo
# é atendido **pelo mesmo kernel**. `uid` é quem ele pensa ser; `caps`, as permissões de root que de fato tem (uma máscara de
# bits); `set_clock` diz se entre elas está a de acertar o relógio.

# %% [markdown] lang="en"
# ## 7 · What each one sees (10 min)
#
# The program also told what it sees around it. `boot` sums up a number that the kernel draws when it boots: who has the same
# is served **by the same kernel**. `uid` is who it believes to be; `caps`, the permissions of root that it really has (a mask
# of bits); `set_clock` says whether the one to set the clock is among them.

# %% tags=["nbval-ignore-output"]
facts = data.provenance["facts"]
print(f"{'':12}" + "".join(f"{name:>18}" for name in names))
for key in ("kernel", "boot", "pid", "processes", "uid", "caps", "set_clock", "kernel_log", "disks", "cpus", "memory_kib"):
    print(f"{key:12}" + "".join(f"{facts[name][key]!s:>18}" for name in names))

# %% [markdown] lang="pt-BR"
# Olhe para `uid` do contêiner e para `caps`. Ele **é** root lá dentro e, num engine que roda como root sem o namespace de
# usuários, é root também do lado de fora: só lhe tiraram permissões. Por isso não acerta o relógio (há um só, o do
# hospedeiro), e por isso uma falha do kernel, que todos dividem, vale por uma fuga. Na máquina virtual, root pode tudo: sobre
# um computador que só existe para ele.
#
# ### Tarefa 6 · Isolamento (3 pontos)
#
# `claim("isolation", ...)` com: `host_kernel`, a lista dos competidores atendidos pelo kernel do hospedeiro; `sees`, um dicionário
# de competidor para quantos processos ele vê; `root`, a lista dos que rodam com uid 0; `set_clock`, a lista dos que podem acertar
# um relógio.

# %% [markdown] lang="en"
# Look at the container's `uid`, and at `caps`. It **is** root in there and, on an engine that runs as root without a user
# namespace, it is root outside too: permissions were taken from it, no more. That is why it does not set the clock (there is
# only one, the host's), and why a flaw of the kernel that all share amounts to an escape. In the virtual machine, root may do
# anything: to a computer that exists for it alone.
#
# ### Task 6 · Isolation (3 points)
#
# `claim("isolation", ...)` with: `host_kernel`, the list of contenders served by the host's kernel; `sees`, a dictionary from
# contender to how many processes it sees; `root`, the list of those that run with uid 0; `set_clock`, the list of those that may
# set a clock.

# %% solution="claim-isolation"
### BEGIN SOLUTION
claim(
    "isolation",
    host_kernel=["process", "container"],
    sees={name: facts[name]["processes"] for name in names},
    root=[name for name in names if facts[name]["uid"] == 0],
    set_clock=[name for name in names if facts[name]["set_clock"]],
)
### END SOLUTION

# %% check="isolation"

# %% [markdown] lang="pt-BR"
# ## 8 · O mesmo em toda parte (5 min)
#
# Uma **imagem** é identificada pelo *digest*: o SHA-256 do seu conteúdo. Uma tag como `bench:1` pode amanhã apontar para outra
# coisa; o digest, nunca. A imagem deste laboratório não guarda hora nem lugar: compare o seu digest com o de um colega que tenha
# a mesma versão do programa. E o **resultado**? A dinâmica molecular escreve um resumo dos bits de todas as posições: se um
# só bit fosse diferente, ele seria outro.
#
# ### Tarefa 7 · Portabilidade (2 pontos)
#
# `claim("portability", ...)`: `image`, o digest da imagem do contêiner; `checksum`, o resultado de `float` do processo; `agree`, a
# lista dos competidores que deram o mesmo. Está tudo em `data.provenance` (um dicionário): `contenders` e `results`.

# %% [markdown] lang="en"
# ## 8 · The same everywhere (5 min)
#
# An **image** is identified by its *digest*: the SHA-256 of its content. A tag such as `bench:1` may point to something else
# tomorrow; the digest never does. This lab's image keeps no time and no place: compare your digest with that of a colleague who
# has the same version of the program. And the **result**? The molecular dynamics writes a hash of the bits of all positions: if
# one bit differed, it would be another.
#
# ### Task 7 · Portability (2 points)
#
# `claim("portability", ...)`: `image`, the digest of the container's image; `checksum`, the process's result of `float`; `agree`,
# the list of contenders that gave the same. All of it is in `data.provenance` (a dictionary): `contenders` and `results`.

# %% solution="claim-portability"
### BEGIN SOLUTION
results = data.provenance["results"]
claim(
    "portability",
    image=data.provenance["contenders"]["container"]["digest"],
    checksum=results["process"]["float"][0],
    agree=[name for name in names if results[name]["float"] == results["process"]["float"]],
)
### END SOLUTION

# %% check="portability"

# %% [markdown] lang="pt-BR"
# ## 9 · Conclusões
#
# Volte aos seus palpites da seção 1. Qual errou mais longe?

# %% [markdown] lang="en"
# ## 9 · Conclusions
#
# Go back to your guesses of section 1. Which one was furthest off?

# %% [markdown] reflect="conclusions" points=4 lang="pt-BR"
# Um centro de cálculo quer oferecer (a) milhares de execuções curtas, de 30 s, do mesmo simulador, para usuários conhecidos, e
# (b) um serviço em que qualquer pessoa da internet envia um programa para rodar. Para cada caso escolha processo, contêiner ou
# máquina virtual (ou uma combinação), com **números seus** deste laboratório, cada um com a sua dispersão ou a sua medida, e diga uma coisa que o seu
# experimento **não** permite concluir e por quê. (De 10 a 15 linhas.)
#
# ### BEGIN SOLUTION
# (a) Contêiner. A partida custou 78 ms (IQR 17 ms) contra 1,9 s (IQR 0,18 s) da máquina virtual: em 30 s de trabalho, 0,3 % contra 6 %; e mais uma instância custou 42 MiB contra 226 MiB (inclinação sobre 1, 2 e 3 instâncias), ou seja, cinco vezes mais execuções por nó. No cálculo o contêiner não se distingue do processo (0,0675 s e 0,0672 s, com IQR de 1 a 2 ms). Os usuários são conhecidos, então dividir o kernel é um risco aceitável; e o digest da imagem garante que todos rodam os mesmos bytes, o que o processo sozinho não dá. (b) Máquina virtual (ou contêineres dentro de uma por inquilino): no meu experimento o contêiner tinha o mesmo kernel do hospedeiro e uid 0 também do lado de fora, com menos permissões; uma falha do kernel bastaria para sair. A máquina virtual tem outro kernel e só fala com dispositivos simulados; pago 2 s e 226 MiB por isso. O que não posso concluir: o custo de CPU de uma máquina virtual em produção, porque medi com TCG (emulação, 30 vezes mais lenta em ponto flutuante), não com KVM. Também são medidas diferentes de memória (PSS e cgroup), um disco só, uma máquina só, sem rede.
#
# **Critérios (4 pontos).** 1: (a) contêiner, com números próprios de partida ou de memória, cada um com a sua dispersão ou medida. 1: (b) máquina
# virtual (ou contêineres dentro de uma por inquilino), porque o kernel não é dividido; cita um fato da seção 7. 1: o preço de (b) em números
# próprios, e que no cálculo o contêiner não se distingue do processo. 1: algo que o experimento não permite concluir, e por quê.
# ### END SOLUTION

# %% [markdown] reflect="conclusions" points=4 lang="en"
# A computing centre wants to offer (a) thousands of short runs, of 30 s, of the same simulator, for known users, and
# (b) a service to which anybody on the internet sends a program to be run. For each case choose process, container or
# virtual machine (or a combination), with **numbers of yours** from this lab, each with its spread or its measure, and state one thing that your
# experiment does **not** allow to conclude, and why. (10 to 15 lines.)
#
# ### BEGIN SOLUTION
# (a) Containers. Start-up cost 78 ms (IQR 17 ms) against the virtual machine's 1.9 s (IQR 0.18 s): of 30 s of work, 0.3 % against 6 %; and one more instance cost 42 MiB against 226 MiB (slope over 1, 2 and 3 instances), that is, five times as many runs a node. In calculation the container cannot be told from the process (0.0675 s and 0.0672 s, with an IQR of 1 to 2 ms). The users are known, so sharing the kernel is an acceptable risk; and the image's digest ensures that all run the same bytes, which a process alone does not give. (b) Virtual machines (or containers inside one per tenant): in my experiment the container had the host's own kernel, and uid 0 outside too, with fewer permissions; one flaw of the kernel would be enough to get out. The virtual machine has another kernel and talks to simulated devices only; I pay 2 s and 226 MiB for that. What I cannot conclude: the CPU cost of a virtual machine in production, since I measured with TCG (emulation, 30 times slower in floating point), not with KVM. Also, memory was measured in different ways (PSS and cgroup), on one disk, one machine, without network.
#
# **Rubric (4 points).** 1: (a) containers, with own numbers for start-up or memory, each with its spread or measure. 1: (b) a virtual machine
# (or containers inside one per tenant), because the kernel is not shared; a fact of section 7 is named. 1: the price of (b) in own numbers,
# and that in calculation a container cannot be told from a process. 1: something that the experiment cannot tell, and why.
# ### END SOLUTION

# %% [markdown] lang="pt-BR"
# Ensaie a entrega: o caderno inteiro é executado como o corretor o fará, com os arquivos que estão ao lado dele, sem medir de novo.

# %% [markdown] lang="en"
# Rehearse the submission: the whole notebook is run as the grader will, with the files that stand beside it, measuring nothing again.

# %%
rehearse()

# %% [markdown] lang="pt-BR"
# ## O que levar daqui
#
# - Um contêiner é um processo do hospedeiro com outra vista (namespaces) e um limite (cgroup); uma máquina virtual é outro computador.
# - Ordens de grandeza: milissegundos para o processo, cerca de um décimo de segundo para o contêiner, segundos para a máquina virtual.
# - A conta da máquina virtual é paga na partida e na memória; a do contêiner, no isolamento.
# - Números sem plano, dispersão e proveniência são anedotas.
#
# No próximo laboratório os contêineres deixam de ser um só: no `02-pods` eles vivem juntos.

# %% [markdown] lang="en"
# ## What to take along
#
# - A container is a process of the host with another view (namespaces) and a limit (cgroup); a virtual machine is another computer.
# - Orders of magnitude: milliseconds for the process, about a tenth of a second for the container, seconds for the virtual machine.
# - The virtual machine's bill is paid in start-up and memory; the container's, in isolation.
# - Numbers without plan, spread and provenance are anecdotes.
#
# In the next lab, containers stop being alone: in `02-pods` they live together.
