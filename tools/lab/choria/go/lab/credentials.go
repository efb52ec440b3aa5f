package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
)

// spec is what to make. Whatever is there already is kept, so that a network can be brought up again.
type spec struct {
	// Names of certificates.
	Certificates []string `json:"certificates"`
	Tokens       *struct {
		// Whether tokens are signed by an issuer that the organisation's issuer vouches for.
		Delegated bool          `json:"delegated"`
		Servers   []string      `json:"servers"`
		Clients   []clientToken `json:"clients"`
	} `json:"tokens"`
}

type clientToken struct {
	Name   string `json:"name"`
	Caller string `json:"caller"`
	// Admin may see all that passes the broker.
	Admin bool `json:"admin"`
}

// credentials writes DIR/ssl in Puppet's layout and, if tokens are asked for, DIR/jwt.
func credentials(dir string, in io.Reader) error {
	var wanted spec
	if err := json.NewDecoder(in).Decode(&wanted); err != nil {
		return fmt.Errorf("what credentials? %w", err)
	}
	if err := makeCertificates(dir+"/ssl", wanted.Certificates); err != nil {
		return err
	}
	if wanted.Tokens == nil {
		return nil
	}
	folder := dir + "/jwt"
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return err
	}
	issuer, err := openIssuer(folder, wanted.Tokens.Delegated)
	if err != nil {
		return err
	}
	for _, name := range wanted.Tokens.Servers {
		if err := issuer.serverToken(name); err != nil {
			return err
		}
	}
	for _, client := range wanted.Tokens.Clients {
		if err := issuer.clientToken(client); err != nil {
			return err
		}
	}
	return nil
}

func exists(file string) bool {
	_, err := os.Stat(file)
	return err == nil
}
