// Package greet says hello.
package greet

import (
	"errors"
	"strings"
)

// ErrNobody is returned when there is nobody to greet.
var ErrNobody = errors.New("nobody to greet")

// Hello greets a name in a language.
func Hello(name, language string) (string, error) {
	name = strings.TrimSpace(name)
	if name == "" {
		return "", ErrNobody
	}
	switch language {
	case "de":
		return "Guten Tag, " + name, nil
	case "fr":
		return "Bonjour, " + name, nil
	}
	return "Hello, " + name, nil
}

// Shout is for those who do not listen.
func Shout(text string) string {
	return strings.ToUpper(text) + "!"
}
