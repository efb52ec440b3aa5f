package main

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"math/big"
	"net"
	"os"
	"slices"
	"time"
)

// keyBits: RSA is all that Choria's protocol v1 knows, and Puppet's default would take four times as long.
const keyBits = 2048

// validity of certificates and tokens, from an hour ago, as clocks may differ.
const validity = 365 * 24 * time.Hour

type authority struct {
	dir         string
	certificate *x509.Certificate
	key         *rsa.PrivateKey
}

// makeCertificates writes a CA and a certificate for each name: certs/NAME.pem, private_keys/NAME.pem. Where all of
// them are there already, the CA may be another one, whose key is not here.
func makeCertificates(dir string, names []string) error {
	for _, folder := range []string{"/certs", "/private_keys"} {
		if err := os.MkdirAll(dir+folder, 0o700); err != nil {
			return err
		}
	}
	missing := slices.DeleteFunc(slices.Clone(names), func(name string) bool {
		return exists(dir + "/certs/" + name + ".pem")
	})
	if len(missing) == 0 {
		return nil
	}
	ca, err := openAuthority(dir)
	if err != nil {
		return err
	}
	for _, name := range missing {
		if err := ca.issue(name); err != nil {
			return err
		}
	}
	return nil
}

func openAuthority(dir string) (*authority, error) {
	ca := &authority{dir: dir}
	if exists(ca.certificateFile("ca")) {
		return ca, ca.load()
	}
	template := draft("Lab CA")
	template.IsCA = true
	template.BasicConstraintsValid = true
	template.KeyUsage = x509.KeyUsageCertSign | x509.KeyUsageCRLSign
	if err := ca.write("ca", template); err != nil {
		return nil, err
	}
	return ca, ca.load()
}

func (ca *authority) load() error {
	certificate, err := readPEM(ca.certificateFile("ca"))
	if err != nil {
		return err
	}
	key, err := readPEM(ca.keyFile("ca"))
	if err != nil {
		return err
	}
	if ca.certificate, err = x509.ParseCertificate(certificate); err != nil {
		return err
	}
	ca.key, err = x509.ParsePKCS1PrivateKey(key)
	return err
}

// issue makes a certificate as Puppet's CA does: the name as common name and DNS name, for both ends of a
// connection. The one named localhost is the broker's and holds its address too.
func (ca *authority) issue(name string) error {
	template := draft(name)
	template.DNSNames = []string{name}
	template.KeyUsage = x509.KeyUsageDigitalSignature | x509.KeyUsageKeyEncipherment
	template.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth}
	if name == "localhost" {
		template.IPAddresses = []net.IP{net.IPv4(127, 0, 0, 1)}
	}
	return ca.write(name, template)
}

// write signs a certificate, the CA's own by itself.
func (ca *authority) write(name string, template *x509.Certificate) error {
	key, err := rsa.GenerateKey(rand.Reader, keyBits)
	if err != nil {
		return err
	}
	parent, signer := ca.certificate, ca.key
	if parent == nil {
		parent, signer = template, key
	}
	certificate, err := x509.CreateCertificate(rand.Reader, template, parent, &key.PublicKey, signer)
	if err != nil {
		return err
	}
	if err := writePEM(ca.keyFile(name), "RSA PRIVATE KEY", x509.MarshalPKCS1PrivateKey(key)); err != nil {
		return err
	}
	return writePEM(ca.certificateFile(name), "CERTIFICATE", certificate)
}

func (ca *authority) certificateFile(name string) string { return ca.dir + "/certs/" + name + ".pem" }
func (ca *authority) keyFile(name string) string         { return ca.dir + "/private_keys/" + name + ".pem" }

func draft(name string) *x509.Certificate {
	return &x509.Certificate{
		SerialNumber: big.NewInt(time.Now().UnixNano()),
		Subject:      pkix.Name{CommonName: name},
		NotBefore:    time.Now().Add(-time.Hour),
		NotAfter:     time.Now().Add(validity),
	}
}

func readPEM(file string) ([]byte, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	block, _ := pem.Decode(text)
	if block == nil {
		return nil, errors.New("no PEM in " + file)
	}
	return block.Bytes, nil
}

func writePEM(file, kind string, bytes []byte) error {
	return os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: bytes}), 0o600)
}
