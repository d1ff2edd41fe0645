"""The engine's endpoint for what happens to keys: its state, requests that stay on their way, and crashes."""


def with_keys(base):
    """The endpoint `base`, with more to ask of it and to do to it."""

    class KeyPeer(base):
        def __init__(self):
            self.is_creator = False
            self.is_delayed = False         # nothing that keeps its place reaches the server
            self.crashes = False            # it ends after each command and each request, and starts again
            self.crashed_at = []            # where it stood then: (state of the exchange, keys that are held)
            self._answers_lost = set()
            super().__init__()

        # ---- how it stands
        @property
        def state(self):
            with self.cond:
                return next(e for e in reversed(self.log) if e["ev"] == "state" and "pfs" in e)

        @property
        def pfs(self):
            return self.state["pfs"]

        @property
        def key(self):
            return int(self.pfs["auth_key_id"])

        @property
        def other_key(self):
            """The old key, or the new one of an exchange that was accepted; 0 if there is neither."""
            return int(self.pfs["other_auth_key_id"])

        def is_settled(self):
            return self.pfs["state"] == "Empty" and self.other_key == 0

        def epochs(self):
            """The fingerprints of the keys, in the order in which they became the present one."""
            keys = []
            for event in self.told("state"):
                key = int(event.get("pfs", {}).get("auth_key_id", 0))
                if key and key not in keys:
                    keys.append(key)
            return keys

        def pictures(self):
            return {e["key_hash"] for e in self.told("update_secret_chat") if e["state"] == "active"}

        # ---- what is done to it; in the peer's thread
        def crash(self):
            """Memory is gone, and so is what was not sent yet: it has to ask for that again."""
            self.queries.clear()
            self.crashed_at.append((self.pfs["state"], 2 if self.other_key else 1))
            self._run_command({"cmd": "restart"})

        def _run_command(self, command):
            if command["cmd"] == "restart":
                self.queries.clear()
            events = super()._run_command(command)
            self._replace(events)
            if self.crashes and command["cmd"] != "restart":
                self.crash()
            return events

        def _replace(self, events):
            """A repeated request takes the place of the one that is still on its way."""
            for place, event in enumerate(events):
                if event["ev"] != "resend_query":
                    continue
                again = next(e for e in events[place:] if e["ev"] == "net_query")
                for old in [q for q in self.queries if q["qid"] == event["of_qid"] and q is not again]:
                    self.queries = [q for q in self.queries if q is not again]
                    self.queries[self.queries.index(old)] = again

        def _pump(self):
            while self.queries and not (self.is_delayed and self.queries[0].get("ordered")):
                query = self.queries.pop(0)
                data = query.get("data")
                if self.crashes and data and data not in self._answers_lost:
                    self._answers_lost.add(data)
                    self._answer(query)
                    self.crash()
                else:
                    self._run_command({"cmd": "net_result", "qid": query["qid"], **self._answer(query)})

        def _answer(self, query):
            from mtproto import RpcError
            try:
                return self._api(query)
            except RpcError as e:
                return {"kind": "error", "code": e.code, "message": e.message}

    return KeyPeer
