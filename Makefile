# Thin names over the npm scripts.
.PHONY: build test dev start benchmark deploy
build: ; npm run build
test: ; npm test
dev: ; npm run dev
start: ; npm start
benchmark: ; npm run bench -- all
deploy: ; npm pack
