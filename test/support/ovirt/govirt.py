"""What libgovirt does with a VM: govirt.py PORT CA_FILE VM, the password on stdin. Prints what it saw as JSON."""
import json
import sys

import gi

gi.require_version("GoVirt", "1.0")
from gi.repository import GoVirt  # noqa: E402

port, ca_file, name = sys.argv[1:]
proxy = GoVirt.Proxy.new(f"127.0.0.1:{port}")
proxy.set_property("ssl-ca-file", ca_file)
proxy.set_property("username", "admin@internal")
proxy.set_property("password", sys.stdin.read())
proxy.fetch_api()
api = proxy.get_api()
seen = {}
for kind in ("clusters", "hosts", "data_centers", "storage_domains", "vms"):
    collection = getattr(api, f"get_{kind}")()
    collection.fetch(proxy)
    seen[kind] = sorted(collection.get_resources())
vms = api.get_vms()
vms.fetch(proxy)
vm = vms.lookup_resource(name)


def state():
    vm.refresh(proxy)
    return vm.get_property("state").value_nick


seen["before"] = state()
vm.start(proxy)
seen["started"] = state()
vm.get_ticket(proxy)
display = vm.get_property("display")
seen["ticket"] = display.get_property("ticket")
vm.refresh(proxy)
display = vm.get_property("display")
seen["address"] = display.get_property("address")
seen["port"] = display.get_property("port")
vm.stop(proxy)
seen["after"] = state()
print(json.dumps(seen))
