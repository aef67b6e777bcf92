/** Certificates for tests, made with openssl. */
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

export interface IssuedCertificate {
  readonly certificate: string;
  readonly key: string;
}

/** A CA of the test's own. Its files are in `directory`. */
export class CertificateAuthority {
  readonly directory: string;
  readonly certificate: string;
  #count = 0;

  constructor(directory: string, name = "test authority") {
    this.directory = directory;
    mkdirSync(directory, { recursive: true });
    this.#openssl("req", "-x509", "-subj", `/CN=${name}`, "-days", "2", ...newKey("ca"), "-out", "ca.crt");
    this.certificate = readFileSync(join(directory, "ca.crt"), "utf8");
  }

  /** @param names as openssl writes them: `DNS:localhost,IP:127.0.0.1` */
  issue(subject: string, names?: string): IssuedCertificate {
    const file = `issued-${++this.#count}`;
    const extensions = join(this.directory, `${file}.ext`);
    writeFileSync(extensions, names === undefined ? "" : `subjectAltName=${names}\n`);
    this.#openssl("req", "-subj", `/CN=${subject}`, ...newKey(file), "-out", `${file}.csr`);
    const by = ["-CA", "ca.crt", "-CAkey", "ca.key", "-CAcreateserial", "-days", "2"];
    this.#openssl("x509", "-req", "-in", `${file}.csr`, ...by, "-extfile", extensions, "-out", `${file}.crt`);
    const read = (extension: string) => readFileSync(join(this.directory, `${file}.${extension}`), "utf8");
    return { certificate: read("crt"), key: read("key") };
  }

  #openssl(...args: string[]): void {
    execFileSync("openssl", args, { cwd: this.directory, stdio: "pipe" });
  }
}

const newKey = (name: string) => ["-newkey", "rsa:2048", "-nodes", "-keyout", `${name}.key`];
