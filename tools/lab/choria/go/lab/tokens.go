package main

import (
	"crypto/ed25519"
	"crypto/rand"
	"encoding/hex"
	"os"

	"github.com/choria-io/tokens"
	"github.com/golang-jwt/jwt/v5"
)

// organisation is Choria's default, whose issuer the configurations name.
const organisation = "choria"

// issuer signs tokens of servers and clients.
type issuer struct {
	dir     string
	private ed25519.PrivateKey
	// login is the token of a delegated issuer, whose private key that is; nil: the organisation's own.
	login *tokens.ClientIDClaims
}

// openIssuer makes the organisation's keys and, where it delegates, the token of a login service that may
// make tokens in its name.
func openIssuer(dir string, delegated bool) (*issuer, error) {
	root, err := keyPair(dir, "issuer")
	if err != nil || !delegated {
		return &issuer{dir: dir, private: root}, err
	}
	private, err := keyPair(dir, "login")
	if err != nil {
		return nil, err
	}
	login, err := tokens.NewClientIDClaims("aaa=login", nil, organisation, nil, "", "lab", validity,
		&tokens.ClientPermissions{AuthenticationDelegator: true}, public(private))
	if err != nil {
		return nil, err
	}
	if err := login.AddOrgIssuerData(root); err != nil {
		return nil, err
	}
	return &issuer{dir: dir, private: private, login: login}, nil
}

// serverToken writes NAME.jwt beside NAME.seed, for a server of that identity.
func (i *issuer) serverToken(name string) error {
	key, err := keyPair(i.dir, name)
	if err != nil {
		return err
	}
	claims, err := tokens.NewServerClaims(name, []string{organisation}, organisation, nil, nil, public(key),
		"lab", validity)
	if err != nil {
		return err
	}
	if err := i.vouch(&claims.StandardClaims); err != nil {
		return err
	}
	return i.save(name, claims)
}

// clientToken writes the token of an operator who may reach the fleet; what he may do there is up to the nodes.
func (i *issuer) clientToken(client clientToken) error {
	key, err := keyPair(i.dir, client.Name)
	if err != nil {
		return err
	}
	claims, err := tokens.NewClientIDClaims(client.Caller, []string{"*"}, organisation, nil, "", "lab", validity,
		&tokens.ClientPermissions{FleetManagement: true, StreamsUser: true, StreamsAdmin: true, OrgAdmin: client.Admin}, public(key))
	if err != nil {
		return err
	}
	if err := i.vouch(&claims.StandardClaims); err != nil {
		return err
	}
	return i.save(client.Name, claims)
}

// vouch adds the chain of trust from the organisation to a token of a delegated issuer.
func (i *issuer) vouch(claims *tokens.StandardClaims) error {
	if i.login == nil {
		return nil
	}
	return claims.AddChainIssuerData(i.login, i.private)
}

func (i *issuer) save(name string, claims jwt.Claims) error {
	token, err := tokens.SignToken(claims, i.private)
	if err != nil {
		return err
	}
	return os.WriteFile(i.dir+"/"+name+".jwt", []byte(token), 0o600)
}

// keyPair reads NAME.seed, or makes it with NAME.public beside it, both hex.
func keyPair(dir, name string) (ed25519.PrivateKey, error) {
	file := dir + "/" + name + ".seed"
	if exists(file) {
		text, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		seed, err := hex.DecodeString(string(text))
		if err != nil {
			return nil, err
		}
		return ed25519.NewKeyFromSeed(seed), nil
	}
	_, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return nil, err
	}
	// No line end: Choria reads the file as it is.
	if err := os.WriteFile(file, []byte(hex.EncodeToString(private.Seed())), 0o600); err != nil {
		return nil, err
	}
	return private, os.WriteFile(dir+"/"+name+".public", []byte(hex.EncodeToString(public(private))), 0o600)
}

func public(private ed25519.PrivateKey) ed25519.PublicKey {
	return private.Public().(ed25519.PublicKey)
}
