import { basePath, keyPairLine, type SnippetContext } from './snippet-context.js';

export const goSnippet = (
  context: SnippetContext,
): string => `// Usage: go run scan.go FILE, beside client.crt and client.key:
// ${keyPairLine(context)}
package main

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"mime/multipart"
	"net/http"
	"os"
	"strings"
)

const base = "https://${context.gateway.host}:${context.gateway.port}${basePath(context)}"
const fingerprint = "${context.serverFingerprint ?? ''}" // of the server's certificate

type report struct {
	State      string
	Detections []struct {
		Name string
		Path []string
	}
}

var client = http.Client{Transport: &http.Transport{}}

func call(request *http.Request, err error) (answer report) {
	check(err)
	response, err := client.Do(request)
	check(err)
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	check(err)
	if response.StatusCode != 200 && response.StatusCode != 202 {
		log.Fatal(response.Status, " ", string(text))
	}
	check(json.Unmarshal(text, &answer))
	return answer
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

func main() {
	pair, err := tls.LoadX509KeyPair("client.crt", "client.key")
	check(err)
	client.Transport = &http.Transport{TLSClientConfig: &tls.Config{
		Certificates:       []tls.Certificate{pair},
		InsecureSkipVerify: true, // the fingerprint says who it is, not a name
		VerifyConnection: func(state tls.ConnectionState) error {
			seen := sha256.Sum256(state.PeerCertificates[0].Raw)
			if hex.EncodeToString(seen[:]) != strings.ToLower(strings.ReplaceAll(fingerprint, ":", "")) {
				return errors.New("not the server whose fingerprint is known: " + hex.EncodeToString(seen[:]))
			}
			return nil
		},
	}}
	content, err := os.ReadFile(os.Args[1])
	check(err)
	random := make([]byte, 16)
	_, err = rand.Read(random)
	check(err)
	scanID := hex.EncodeToString(random)
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	check(form.WriteField("scanId", scanID))
	file, err := form.CreateFormFile("content", "object")
	check(err)
	_, err = file.Write(content)
	check(err)
	check(form.Close())
	submit, err := http.NewRequest("POST", base+"/scans?wait=60", &body)
	check(err)
	submit.Header.Set("Content-Type", form.FormDataContentType())
	found := call(submit, nil)
	for found.State == "" || found.State == "processing" {
		found = call(http.NewRequest("GET", base+"/scans/"+scanID+"?wait=60", nil))
	}
	fmt.Println(found.State)
	for _, detection := range found.Detections {
		fmt.Println(detection.Name, strings.Join(detection.Path, " > "))
	}
	if found.State != "not detected" {
		os.Exit(1)
	}
}
`;
