"""Certificates for tests and measurements, made when they are needed, with the openssl command. None is ever committed.

    root = Authority(folder, "root")
    issuing = root.authority("issuing")                          # an intermediate
    server = issuing.issue("server", names=["gateway.test"])     # server.chain_file, server.key_file

In: an empty folder. Out: PEM files, keys of mode 0600, and what a client or a log line would say about them.
Never: a key outside that folder.
"""

import base64
import datetime
import hashlib
import pathlib
import ssl
import subprocess

KEYS = {
    "ec": ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"],
    "rsa": ["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"],
}
CLIENT, SERVER = "clientAuth", "serverAuth"

# What `openssl ca` wants to know; it is used, and not the handier `openssl x509`, because it takes dates.
CA = """
[ca]
default_ca = this
[this]
database = {folder}/index.txt
new_certs_dir = {folder}
rand_serial = yes
default_md = sha256
policy = policy
unique_subject = no
[policy]
commonName = supplied
"""


def openssl(*arguments):
    done = subprocess.run(["openssl", *map(str, arguments)], capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"openssl {' '.join(map(str, arguments))}:\n{done.stderr}")
    return done.stdout


class Certificate:
    """A certificate, its key, and those above it. `chain` leaves out the root, as servers do."""

    def __init__(self, folder, name, above=(), names=()):
        self.name, self.names = name, list(names)
        self.file, self.key_file = folder / f"{name}.pem", folder / f"{name}.key"
        self.chain_file = folder / f"{name}-chain.pem"
        self.above = above

    def write_chain(self):
        self.chain_file.write_text(self.file.read_text() + "".join(each.file.read_text() for each in self.above))

    @property
    def der(self):
        return ssl.PEM_cert_to_DER_cert(self.file.read_text())

    @property
    def thumbprint(self):
        """As in `cnf.x5t#S256`, RFC 8705 section 3.1."""
        return base64.urlsafe_b64encode(hashlib.sha256(self.der).digest()).rstrip(b"=").decode()


class Authority(Certificate):
    """Signs certificates; is a root when nobody is above it. Its `file` is what a client trusts."""

    def __init__(self, folder, name, parent=None, days=(-1, 3650), authority=True):
        folder = pathlib.Path(folder)
        folder.mkdir(parents=True, exist_ok=True)
        super().__init__(folder, name, parent.chain if parent else ())
        self.folder, self.parent = folder, parent
        self.work = folder / f"{name}-ca"
        self.work.mkdir(exist_ok=True)
        (self.work / "index.txt").write_text("")
        (self.work / "ca.cnf").write_text(CA.format(folder=self.work))
        if parent is None:
            make_key(self.key_file, "ec")
            openssl("req", "-x509", "-new", "-key", self.key_file, "-out", self.file, "-days", 3650,
                    "-subj", f"/CN=Postern test {name}", "-addext", "basicConstraints=critical,CA:true",
                    "-addext", "keyUsage=critical,keyCertSign,cRLSign")
        else:
            what = "CA:true\nkeyUsage=critical,keyCertSign,cRLSign" if authority else "CA:false"
            parent.sign(self, f"Postern test {name}", "ec",
                        f"basicConstraints=critical,{what}\nsubjectKeyIdentifier=hash\n", days)
        self.write_chain()

    @property
    def chain(self):
        """What stands above a certificate that this authority signs, without the root."""
        return (self, *self.above) if self.parent else ()

    def authority(self, name, days=(-1, 3650)):
        """An intermediate authority below this one."""
        return Authority(self.folder, name, self, days)

    def impostor(self, name):
        """One whose certificate does not make it an authority, although it signs."""
        return Authority(self.folder, name, self, authority=False)

    def issue(self, name, names=(), addresses=(), key="ec", usage=SERVER, days=(-1, 30), subject=None):
        """A certificate for these DNS names and IP addresses, valid between these days from now.

        `subject`: its common name, `name` if left out; clients that are told apart by it need one.
        """
        made = Certificate(self.folder, name, self.chain, names)
        alternatives = [f"DNS:{each}" for each in names] + [f"IP:{each}" for each in addresses]
        extensions = "basicConstraints=critical,CA:false\nkeyUsage=critical,digitalSignature\n"
        extensions += f"extendedKeyUsage={usage}\n"
        if alternatives:
            extensions += f"subjectAltName={','.join(alternatives)}\n"
        self.sign(made, subject or name, key, extensions, days)
        made.write_chain()
        return made

    def sign(self, made, subject, key, extensions, days):
        make_key(made.key_file, key)
        request, extension_file = self.work / f"{made.name}.csr", self.work / f"{made.name}.ext"
        openssl("req", "-new", "-key", made.key_file, "-subj", f"/CN={subject}", "-out", request)
        extension_file.write_text(f"{extensions}authorityKeyIdentifier=keyid\n")
        begin, end = (moment(day) for day in days)
        openssl("ca", "-batch", "-notext", "-config", self.work / "ca.cnf", "-cert", self.file, "-keyfile", self.key_file,
                "-in", request, "-out", made.file, "-extfile", extension_file, "-startdate", begin, "-enddate", end)


def self_signed(folder, name, names):
    """A server certificate that nobody has signed but itself."""
    made = Certificate(pathlib.Path(folder), name, (), names)
    make_key(made.key_file, "ec")
    openssl("req", "-x509", "-new", "-key", made.key_file, "-out", made.file, "-days", 30, "-subj", f"/CN={name}",
            "-addext", "basicConstraints=critical,CA:false",
            "-addext", "subjectAltName=" + ",".join(f"DNS:{each}" for each in names))
    made.write_chain()
    return made


def key_pair(folder, name, kind):
    """A key's file, and its public half as PEM."""
    file = pathlib.Path(folder) / f"{name}.key"
    make_key(file, kind)
    return file, openssl("pkey", "-in", file, "-pubout")


def make_key(file, kind):
    file.unlink(missing_ok=True)
    openssl("genpkey", *KEYS[kind], "-out", file)
    file.chmod(0o600)


def moment(days):
    """So many days from now, as `openssl ca` takes it."""
    return (datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=days)).strftime("%Y%m%d%H%M%SZ")
