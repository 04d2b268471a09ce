import { basePath, keyPairLine, type SnippetContext } from './snippet-context.js';

export const javaSnippet = (
  context: SnippetContext,
): string => `// Usage: java Scan.java FILE (Java 11 or newer), beside client.crt and client.key:
// ${keyPairLine(context)}
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.net.Socket;
import java.net.URI;
import java.net.http.*;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.*;
import java.security.*;
import java.security.cert.*;
import java.security.cert.Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.*;
import java.util.regex.*;
import javax.net.ssl.*;

public class Scan {
  static final String BASE = "https://${context.gateway.host}:${context.gateway.port}${basePath(context)}";
  static final String FINGERPRINT = "${context.serverFingerprint ?? ''}"; // of the server's certificate
  static final Pattern STATE = Pattern.compile("\\"state\\"\\\\s*:\\\\s*\\"([^\\"]*)\\"");
  static HttpClient client;

  public static void main(String[] args) throws Exception {
    client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).sslContext(tls()).build();
    String scanId = UUID.randomUUID().toString();
    String boundary = UUID.randomUUID().toString();
    String head = "--" + boundary + "\\r\\nContent-Disposition: form-data; name=";
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    body.write((head + "\\"scanId\\"\\r\\n\\r\\n" + scanId + "\\r\\n").getBytes());
    body.write((head + "\\"content\\"; filename=\\"object\\"\\r\\n\\r\\n").getBytes());
    body.write(Files.readAllBytes(Path.of(args[0])));
    body.write(("\\r\\n--" + boundary + "--\\r\\n").getBytes());
    String report =
        call(
            HttpRequest.newBuilder(URI.create(BASE + "/scans?wait=60"))
                .header("Content-Type", "multipart/form-data; boundary=" + boundary)
                .POST(BodyPublishers.ofByteArray(body.toByteArray())));
    while (state(report).equals("processing"))
      report = call(HttpRequest.newBuilder(URI.create(BASE + "/scans/" + scanId + "?wait=60")));
    System.out.println(state(report));
    if (state(report).equals("not detected")) return;
    System.out.println(report);
    System.exit(1);
  }

  static String call(HttpRequest.Builder request) throws Exception {
    HttpResponse<String> answer = client.send(request.build(), BodyHandlers.ofString());
    if (answer.statusCode() != 200 && answer.statusCode() != 202)
      throw new IllegalStateException(answer.statusCode() + " " + answer.body());
    return answer.body();
  }

  /** The first one is the report's; Java has no JSON of its own. */
  static String state(String report) {
    Matcher found = STATE.matcher(report);
    return found.find() ? found.group(1) : "processing";
  }

  static SSLContext tls() throws Exception {
    Certificate certificate =
        CertificateFactory.getInstance("X.509")
            .generateCertificate(new ByteArrayInputStream(Files.readAllBytes(Path.of("client.crt"))));
    String pem = new String(Files.readAllBytes(Path.of("client.key")), StandardCharsets.US_ASCII);
    byte[] der = Base64.getMimeDecoder().decode(pem.replaceAll("-----[A-Z ]+-----", ""));
    PrivateKey key = KeyFactory.getInstance("RSA").generatePrivate(new PKCS8EncodedKeySpec(der));
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    store.setKeyEntry("client", key, new char[0], new Certificate[] {certificate});
    KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(store, new char[0]);
    SSLContext tls = SSLContext.getInstance("TLS");
    tls.init(keys.getKeyManagers(), new TrustManager[] {new OneServer()}, null);
    return tls;
  }

  /** The fingerprint says who it is, not a name. */
  static class OneServer extends X509ExtendedTrustManager {
    static void check(X509Certificate[] chain) throws CertificateException {
      try {
        byte[] digest = MessageDigest.getInstance("SHA-256").digest(chain[0].getEncoded());
        String seen = String.format("%064x", new BigInteger(1, digest));
        if (!seen.equalsIgnoreCase(FINGERPRINT.replace(":", "")))
          throw new CertificateException("not the server whose fingerprint is known: " + seen);
      } catch (NoSuchAlgorithmException missing) {
        throw new CertificateException(missing);
      }
    }

    @Override public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException { check(chain); }
    @Override public void checkServerTrusted(X509Certificate[] chain, String type, Socket at) throws CertificateException { check(chain); }
    @Override public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine at) throws CertificateException { check(chain); }
    @Override public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException { throw new CertificateException(); }
    @Override public void checkClientTrusted(X509Certificate[] chain, String type, Socket at) throws CertificateException { throw new CertificateException(); }
    @Override public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine at) throws CertificateException { throw new CertificateException(); }
    @Override public X509Certificate[] getAcceptedIssuers() { return new X509Certificate[0]; }
  }
}
`;
