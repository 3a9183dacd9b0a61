"""Judging the NetworkPolicies of lab 10 by what they say: no packet is sent.

Each function asks about connections between ends, some of which are the lab's own Pods as they are labelled now.
"""

from typing import Any

from autograder import Mismatch
from labkit.reach import End, Side, egress, end_of_pod, ingress, outside
from labkit.reach.ends import pod

SOMEWHERE = outside("203.0.113.7")  # an address kept for documentation (RFC 5737)
DNS = pod("kube-system", **{"k8s-app": "kube-dns"})
WEB, SSH, HTTPS = 8080, 22, 443
WORDS = {
    "pt-BR": {"open": "permitido: nenhuma política seleciona o Pod", "no": "recusado", "yes": "permitido por {names}"},
    "en": {"open": "allowed: no policy selects the Pod", "no": "refused", "yes": "allowed by {names}"},
}


def deny_in(ctx: Any) -> None:
    """A Pod that nobody has thought of receives nothing, from here or elsewhere."""
    stranger = pod(ctx.namespace, app="stranger")
    for name, source in (("db", own(ctx, "db")), ("elsewhere", pod("elsewhere")), ("internet", SOMEWHERE)):
        refuse(ctx, f"{name} -> stranger:{WEB}", ingress(policies(ctx), source, stranger, WEB))


def no_way_out(ctx: Any) -> None:
    """Nothing here sends to the internet (its port 53 included), elsewhere or a stranger; nor a stranger to db."""
    app, stranger = ctx.values["app"], pod(ctx.namespace, app="stranger")
    for name, source in ((app, own(ctx, app)), ("db", own(ctx, "db")), ("stranger", stranger)):
        refuse(ctx, f"{name} -> internet:{HTTPS}", egress(policies(ctx), source, SOMEWHERE, HTTPS))
        refuse(ctx, f"{name} -> elsewhere:{WEB}", egress(policies(ctx), source, pod("elsewhere"), WEB))
        for protocol in ("UDP", "TCP"):
            refuse(ctx, f"{name} -> internet:53/{protocol}", egress(policies(ctx), source, SOMEWHERE, 53, protocol))
    refuse(ctx, f"{app} -> stranger:{WEB}", egress(policies(ctx), own(ctx, app), stranger, WEB))
    port = ctx.values["port"]
    refuse(ctx, f"stranger -> db:{port}", egress(policies(ctx), stranger, own(ctx, "db"), port))


def app_open(ctx: Any) -> None:
    """Anybody reaches the portal's own port, and only that."""
    app = ctx.values["app"]
    for name, source in (("internet", SOMEWHERE), ("elsewhere", pod("elsewhere"))):
        admit(ctx, f"{name} -> {app}:{WEB}", ingress(policies(ctx), source, own(ctx, app), WEB))
        refuse(ctx, f"{name} -> {app}:{SSH}", ingress(policies(ctx), source, own(ctx, app), SSH))


def app_to_db(ctx: Any) -> None:
    """The portal reaches the database: out of the one, into the other."""
    app, port = ctx.values["app"], ctx.values["port"]
    where = f"{app} -> db:{port}"
    for word, side in (("egress", egress), ("ingress", ingress)):
        admit(ctx, f"{where} ({word})", side(policies(ctx), own(ctx, app), own(ctx, "db"), port))


def only_app_to_db(ctx: Any) -> None:
    """Nobody else does, whatever they call themselves elsewhere; nor the portal by another port."""
    app, port, db = ctx.values["app"], ctx.values["port"], own(ctx, "db")
    for name, source in (
        ("stranger", pod(ctx.namespace, app="stranger")),
        ("elsewhere", pod("elsewhere")),
        (f"elsewhere ({app})", pod("elsewhere", app=app)),
        ("internet", SOMEWHERE),
    ):
        refuse(ctx, f"{name} -> db:{port}", ingress(policies(ctx), source, db, port))
    refuse(ctx, f"{app} -> db:{SSH}", ingress(policies(ctx), own(ctx, app), db, SSH))


def names_resolve(ctx: Any) -> None:
    """The portal asks the cluster's DNS, by both protocols that DNS speaks."""
    app = ctx.values["app"]
    for protocol in ("UDP", "TCP"):
        admit(ctx, f"{app} -> DNS:53/{protocol}", egress(policies(ctx), own(ctx, app), DNS, 53, protocol))


def policies(ctx: Any) -> Any:
    """The namespace's NetworkPolicies."""
    return ctx.list("networking.k8s.io/v1", "NetworkPolicy")


def own(ctx: Any, name: str) -> End:
    """The first Pod of that app as it is; Mismatch if there is none."""
    for item in ctx.list("v1", "Pod"):
        if (item["metadata"].get("labels") or {}).get("app") == name:
            return end_of_pod(item)
    raise Mismatch(path="Pod", expected=f"app={name}", found=None)


def admit(ctx: Any, where: str, side: Side) -> None:
    """A rule admits it. That nobody guards the Pod is not enough."""
    if not side.admitted:
        raise Mismatch(
            path=where, expected=WORDS[ctx.lang]["yes"].format(names="NetworkPolicy"), found=words(ctx, side)
        )


def refuse(ctx: Any, where: str, side: Side) -> None:
    """Nothing admits it, and the Pod is guarded."""
    if side.open:
        raise Mismatch(path=where, expected=WORDS[ctx.lang]["no"], found=words(ctx, side))


def words(ctx: Any, side: Side) -> str:
    """What one side says."""
    known = WORDS[ctx.lang]
    if not side.isolated:
        return known["open"]
    return known["yes"].format(names=", ".join(side.admitted)) if side.admitted else known["no"]
