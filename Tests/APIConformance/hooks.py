"""What the conformance run adds to schemathesis: requests that name things which are there, and a tally of the answers.

Environment:
  INGOT_URL     the user API
  INGOT_TOKEN   the token of this run
  INGOT_ROLE    the role of its account
  INGOT_ADMIN   an administrator's token, which makes what requests are about
  INGOT_WORLD   a JSON file: image, image_file, host, disk, done_deployment, captured_host, manifest, chunk
  INGOT_TALLY   a file that gets a line `OPERATION STATUS` for each answer
"""
import itertools
import json
import os
import random
import time
import urllib.error
import urllib.request

import schemathesis
from schemathesis.core.parameters import ParameterLocation

URL = os.environ["INGOT_URL"]
TOKEN = os.environ["INGOT_TOKEN"]
ROLE = os.environ["INGOT_ROLE"]
ADMIN = os.environ["INGOT_ADMIN"]
with open(os.environ["INGOT_WORLD"]) as file:
    WORLD = json.load(file)
TALLY = open(os.environ["INGOT_TALLY"], "a", buffering=1)

chance = random.Random(4)
numbers = itertools.count(1)


def ask(method, path, body=None, token=None):
    """The JSON answer to a request; None where it is refused."""
    data = None if body is None else json.dumps(body).encode()
    headers = {"Authorization": "Bearer " + (token or TOKEN)}
    if data is not None:
        headers["Content-Type"] = "application/json"
    request = urllib.request.Request(URL + "/api/v1" + path, data, headers, method=method)
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            text = answer.read()
            return json.loads(text) if text else {}
    except urllib.error.HTTPError:
        return None


def items(path, token=None):
    page = ask("GET", path + ("&" if "?" in path else "?") + "limit=500", token=token)
    return page["items"] if page else []


def any_of(values, fallback="nothing"):
    values = list(values)
    return chance.choice(values) if values else fallback


def new_name():
    return f"{ROLE}-{next(numbers)}-{chance.randrange(10**6)}"


# What requests are about. Each gives the name of something that is there, made for this purpose where it is spent.

def host():
    return any_of(h["id"] for h in items("/hosts", ADMIN))


def idle_host():
    """The host that can be deployed; what is ordered for it already is cancelled."""
    for old in items("/deployments?host=" + WORLD["host"], ADMIN):
        if old["state"] == "waiting":
            ask("POST", f"/deployments/{old['id']}/cancel", token=ADMIN)
    return WORLD["host"]


def image():
    return any_of((i["id"] for i in items("/images")), WORLD["image"])


def spare_image():
    """An image that nobody needs; a new one takes a second or two."""
    found = [i["name"] for i in items("/images", ADMIN) if i["id"] not in KEPT]
    if found:
        return chance.choice(found)
    # It would wait behind all that was ordered before.
    for old in items("/tasks", ADMIN):
        if old["state"] in ("waiting", "running"):
            ask("DELETE", "/tasks/" + old["id"], token=ADMIN)
    name = new_name()
    task = ask("POST", "/imports", {"name": name, "format": "raw", "source": WORLD["image_file"]}, ADMIN)
    while task and task["state"] in ("waiting", "running"):
        time.sleep(0.05)
        task = ask("GET", f"/tasks/{task['id']}", token=ADMIN)
    return name


def account():
    return ask("POST", "/accounts", {"name": new_name(), "role": "member"}, ADMIN)["id"]


def token():
    return ask("POST", "/tokens", {"name": new_name()})["token"]["id"]


def share():
    receiver = account()
    made = ask("POST", "/shares", {"image": WORLD["image"], "receiver": receiver}, ADMIN)
    return made["id"] if made else "nothing"


def upload():
    made = ask("POST", "/uploads", {"size": 1 << 20})
    return made["id"] if made else "nothing"


def credential():
    made = ask("POST", "/credentials", {
        "name": new_name(), "endpoint": "http://127.0.0.1:9", "accessKey": "key", "secretKey": "secret"})
    for old in items("/credentials")[:-40]:
        ask("DELETE", "/credentials/" + old["id"])
    return made["name"] if made else "nothing"


def region():
    known = [r["name"] for r in items("/regions", ADMIN)]
    if known:
        return chance.choice(known)
    made = ask("POST", "/regions", new_region(), ADMIN)
    return made["name"] if made else "nothing"


def new_region():
    """The server itself, whose key may belong to one region only."""
    for old in items("/regions", ADMIN):
        ask("DELETE", "/regions/" + old["id"], token=ADMIN)
    return {"name": new_name(), "url": URL, "token": ADMIN}


def task():
    return any_of(t["id"] for t in items("/tasks"))


def deployment():
    return any_of(d["id"] for d in items("/deployments"))


def waiting_deployment():
    made = ask("POST", "/deployments", order(), ADMIN)
    return made["deployment"]["id"] if made else deployment()


def order():
    return {"host": idle_host(), "image": WORLD["image"], "disk": WORLD["disk"]}


def reservation():
    address = f"10.77.0.{chance.randrange(200, 250)}"
    mac = "52:54:00:" + ":".join(f"{chance.randrange(256):02x}" for _ in range(3))
    ask("POST", "/reservations", {"mac": mac, "address": address}, ADMIN)
    return address


def lease():
    return any_of((l["address"] for l in items("/leases", ADMIN) if l["state"] == "leased"), "10.77.0.99")


PATHS = {
    "showDeploymentLog": {"deployment": deployment}, "showDeployment": {"deployment": deployment},
    "cancelDeployment": {"deployment": waiting_deployment},
    # A deployment that has not ended sends events until it ends.
    "showReceipt": {"deployment": lambda: WORLD["done_deployment"]},
    "followDeployment": {"deployment": lambda: WORLD["done_deployment"]},
    "downloadCapture": {"host": lambda: WORLD["captured_host"]},
    "changeHost": {"host": lambda: any_of(h["id"] for h in items("/hosts", ADMIN) if h["id"] != WORLD["host"])},
    "removeHost": {"host": lambda: any_of(h["id"] for h in items("/hosts", ADMIN) if h["name"].startswith("host-"))},
    "removeImage": {"image": spare_image}, "removeRevision": {"image": spare_image, "number": lambda: 1},
    "changeRevision": {"image": spare_image, "number": lambda: 1}, "changeImage": {"image": spare_image},
    "releaseLease": {"address": lease}, "removeReservation": {"address": reservation},
    "showManifest": {"digest": lambda: WORLD["manifest"]}, "showChunk": {"digest": lambda: WORLD["chunk"]},
}
NAMES = {
    "host": host, "image": image, "account": account, "token": token, "share": share, "upload": upload,
    "credential": credential, "region": region, "task": task,
}
FIELDS = {
    "host": idle_host, "image": lambda: WORLD["image"], "receiver": account, "region": region,
    "credential": credential, "account": account,
}
# Bodies that succeed; schemathesis makes many others.
BODIES = {
    "createDeployment": order,
    "createImport": lambda: {"name": new_name(), "format": "raw", "source": WORLD["image_file"]},
    "createExport": lambda: {
        "image": WORLD["image"], "format": "qcow2", "credential": credential(), "bucket": "bucket"},
    "createCopy": lambda: {"image": WORLD["image"], "region": region()},
    "addRegion": new_region,
    "saveRegionToken": lambda: {"token": ADMIN},
    "addReservation": lambda: {
        "mac": "52:54:01:" + ":".join(f"{chance.randrange(256):02x}" for _ in range(3)),
        "address": f"10.77.0.{chance.randrange(200, 250)}"},
    "offerShare": lambda: {"image": WORLD["image"], "receiver": account()},
    "changeShare": lambda: {"mayCopy": chance.random() < 0.5},
    "changeHost": lambda: {"isProtected": False},
    "createCredential": lambda: {
        "name": new_name(), "endpoint": "https://s3.example", "accessKey": "key", "secretKey": "secret"},
    "createAccount": lambda: {"name": new_name(), "role": "viewer"},
    "changeAccount": lambda: {"imageQuota": 7},
    "createToken": lambda: {"name": new_name(), "days": 1},
}


# How often a path is made to name what is there, where that costs time.
RATES = {"removeImage": 0.2, "removeRevision": 0.2}
# What the run itself needs is not taken away from it.
SPENDING = {"removeImage", "removeRevision", "changeRevision", "changeImage", "revokeToken", "removeAccount",
            "changeAccount", "removeHost", "changeHost"}
KEPT = {WORLD["image"], WORLD["host"], "native1"}
KEPT.update(i["id"] for i in items("/images", ADMIN))
for kept in items("/accounts", ADMIN):
    KEPT.update([kept["id"], kept["name"]])
    KEPT.update(t["id"] for t in items("/tokens?account=" + kept["id"], ADMIN))


@schemathesis.hook
def before_call(context, case, kwargs):
    operation = case.operation.definition.raw["operationId"]

    def is_positive(place):
        return case.meta is None or not case.meta.is_negative_at(place)

    if case.path_parameters and is_positive(ParameterLocation.PATH):
        own = PATHS.get(operation, {})
        replaces = chance.random() < RATES.get(operation, 0.8)
        for name, value in list(case.path_parameters.items()):
            source = own.get(name) or NAMES.get(name)
            if source and (replaces or operation in SPENDING and value in KEPT):
                case.path_parameters[name] = source()
    if isinstance(case.body, dict) and is_positive(ParameterLocation.BODY):
        if operation in BODIES and chance.random() < 0.4:
            case.body = BODIES[operation]()
            # It may have been sent with another body.
            if case.headers and is_positive(ParameterLocation.HEADER):
                case.headers.pop("Idempotency-Key", None)
        else:
            for name in case.body:
                if name in FIELDS and isinstance(case.body[name], str) and chance.random() < 0.5:
                    case.body[name] = FIELDS[name]()
    if operation == "appendToUpload" and is_positive(ParameterLocation.QUERY) and chance.random() < 0.8:
        case.query["offset"] = 0


@schemathesis.hook
def after_call(context, case, response):
    TALLY.write(f"{case.operation.definition.raw['operationId']} {response.status_code}\n")
