"""What tests of logins start with: registries that ask for a password or a token, and where a login can be given."""
import json

from registry_case import BASIC, PASSWORD, RegistryCase
from registry_peer import passwords, tokens
from token_server import TokenServer

USERS = {"user": PASSWORD}
LOGIN = ("--username", "user", "--password-stdin")
HELPER = """#!/bin/sh
echo "$@" >>"$HOME/helper.log"
read -r server
echo "$server" >>"$HOME/helper.log"
[ "$1" = get ] || exit 1
case $server in
  *NAMED*) echo '{"ServerURL": "'"$server"'", "Username": "user", "Secret": "PASSWORD"}' ;;
  *) echo 'credentials not found in native keychain'; exit 1 ;;
esac
"""


class AuthCase(RegistryCase):
    def run_with(self, *arguments, password=None, environment={}):
        """The password on standard input, as `--password-stdin` wants it."""
        return self.occy(*arguments, "--insecure", environment=environment, typed=None if password is None else password + "\n")

    def push(self, host, *arguments, name="a/b", **settings):
        return self.run_with("process", self.source, f"registry://{host}/{name}:1", "--progress=none", *arguments, **settings)

    def pull(self, host, *arguments, name="a/b", **settings):
        self.target_path.unlink(missing_ok=True)
        return self.run_with("process", f"registry://{host}/{name}:1", self.target, "--progress=none", *arguments, **settings)

    def with_passwords(self):
        return self.registry(auth=passwords(USERS))

    def with_tokens(self, **settings):
        self.server = TokenServer(self.addCleanup, USERS, **settings)
        return self.registry(auth=tokens(self.server))

    def write_config(self, **document):
        directory = self.directory / "docker"
        directory.mkdir(exist_ok=True)
        (directory / "config.json").write_text(json.dumps(document))
        return {"DOCKER_CONFIG": str(directory)}

    def install_helper(self, named):
        place = self.directory / "bin"
        place.mkdir()
        helper = place / "docker-credential-test"
        helper.write_text(HELPER.replace("NAMED", named).replace("PASSWORD", PASSWORD))
        helper.chmod(0o755)
        return {"PATH": f"{place}:{self.environment['PATH']}"}
