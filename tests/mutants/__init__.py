"""Whether the tests notice when the code is wrong: small changes to one package, each judged by the tests that cover it."""
