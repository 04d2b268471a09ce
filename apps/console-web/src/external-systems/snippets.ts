import { goSnippet } from './go-snippet.js';
import { javaSnippet } from './java-snippet.js';
import { basePath, keyPairLine, type SnippetContext } from './snippet-context.js';

export const snippetLanguages = ['curl', 'python', 'node', 'go', 'java'] as const;
export type SnippetLanguage = (typeof snippetLanguages)[number];

export const snippetNames: Readonly<Record<SnippetLanguage, string>> = {
  curl: 'curl',
  python: 'Python',
  node: 'Node.js',
  go: 'Go',
  java: 'Java',
};

/**
 * A program that sends the file it is given and prints what the report says of it. It waits in the same call, asks on
 * while the scan lasts, and takes nothing but `not detected` for clean. Standard libraries alone; specs run each.
 */
export const snippet: Readonly<Record<SnippetLanguage, (context: SnippetContext) => string>> = {
  curl: (context) => {
    const { host, port } = context.gateway;
    return `#!/bin/sh
# Usage: sh scan.sh FILE, beside client.crt and client.key:
# ${keyPairLine(context)}
base=https://${host}:${port}${basePath(context)}
id=$(date +%s)-$$
# --insecure, because the server's certificate is its own: compare its fingerprint once.
call() { curl --silent --show-error --fail --insecure --cert client.crt --key client.key "$@"; }
report=$(call -F scanId="$id" -F content=@"$1" "$base/scans?wait=60") || exit 2
while ! echo "$report" | grep -q '"state"' || echo "$report" | grep -q '"state":"processing"'; do
  report=$(call "$base/scans/$id?wait=60") || exit 2
done
echo "$report" | grep -o '"state":"[^"]*"' | head -n 1
echo "$report" | grep -q '"state":"not detected"'
`;
  },
  python: (context) => {
    const { host, port } = context.gateway;
    return `# Usage: python3 scan.py FILE, beside client.crt and client.key:
# ${keyPairLine(context)}
import hashlib, http.client, json, ssl, sys, uuid

HOST, PORT, BASE = "${host}", ${port}, "${basePath(context)}"
FINGERPRINT = "${context.serverFingerprint ?? ''}"  # of the server's certificate

tls = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
tls.check_hostname = False  # the fingerprint says who it is
tls.verify_mode = ssl.CERT_NONE
tls.load_cert_chain("client.crt", "client.key")


def call(method, path, body=None, headers={}):
    connection = http.client.HTTPSConnection(HOST, PORT, context=tls, timeout=90)
    connection.connect()
    seen = hashlib.sha256(connection.sock.getpeercert(True)).hexdigest()
    if seen != FINGERPRINT.replace(":", "").lower():
        sys.exit("not the server whose fingerprint is known: " + seen)
    connection.request(method, BASE + path, body, headers)
    answer = connection.getresponse()
    text = answer.read()
    if answer.status not in (200, 202):
        sys.exit("%d %s" % (answer.status, text.decode(errors="replace")))
    return json.loads(text)


scan_id, boundary = uuid.uuid4().hex, uuid.uuid4().hex
with open(sys.argv[1], "rb") as file:
    content = file.read()
head = '--%s\\r\\nContent-Disposition: form-data; name="%s"%s\\r\\n\\r\\n'
body = (
    (head % (boundary, "scanId", "") + scan_id + "\\r\\n").encode()
    + (head % (boundary, "content", '; filename="object"')).encode()
    + content
    + ("\\r\\n--%s--\\r\\n" % boundary).encode()
)
report = call(
    "POST", "/scans?wait=60", body, {"Content-Type": "multipart/form-data; boundary=" + boundary}
)
while report.get("state", "processing") == "processing":
    report = call("GET", "/scans/%s?wait=60" % scan_id)
print(report["state"])
for detection in report.get("detections", []):
    print(detection["name"], " > ".join(detection["path"]))
sys.exit(0 if report["state"] == "not detected" else 1)
`;
  },
  node: (context) => {
    const { host, port } = context.gateway;
    return `// Usage: node scan.mjs FILE, beside client.crt and client.key:
// ${keyPairLine(context)}
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import https from 'node:https';
import tls from 'node:tls';

const [host, port, base] = ['${host}', ${port}, '${basePath(context)}'];
const fingerprint = '${context.serverFingerprint ?? ''}'; // of the server's certificate
const [cert, key] = [readFileSync('client.crt'), readFileSync('client.key')];

async function call(method, path, form) {
  // The fingerprint says who it is, not a name.
  const socket = tls.connect({ host, port, cert, key, rejectUnauthorized: false });
  await once(socket, 'secureConnect');
  const seen = socket.getPeerCertificate().fingerprint256;
  if (seen !== fingerprint) throw new Error('not the server whose fingerprint is known: ' + seen);
  const body = form && new Response(form);
  const headers = { host, connection: 'close', ...(body && { 'content-type': body.headers.get('content-type') }) };
  const request = https.request({ method, path: base + path, headers, createConnection: () => socket });
  request.end(body && Buffer.from(await body.arrayBuffer()));
  const [answer] = await once(request, 'response');
  const text = Buffer.concat(await answer.toArray()).toString();
  if (answer.statusCode !== 200 && answer.statusCode !== 202) throw new Error(answer.statusCode + ' ' + text);
  return JSON.parse(text);
}

const form = new FormData();
const scanId = randomUUID();
form.append('scanId', scanId);
form.append('content', new Blob([readFileSync(process.argv[2])]), 'object');
let report = await call('POST', '/scans?wait=60', form);
while ((report.state ?? 'processing') === 'processing') report = await call('GET', '/scans/' + scanId + '?wait=60');
console.log(report.state);
for (const detection of report.detections ?? []) console.log(detection.name, detection.path.join(' > '));
process.exitCode = report.state === 'not detected' ? 0 : 1;
`;
  },
  go: goSnippet,
  java: javaSnippet,
};
