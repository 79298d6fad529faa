# 秦信 Qinxin: the few words that build, run and test the house.
# Each one is a script in scripts/, which says what it does and installs what a bare Debian 12
# lacks. All of them share one target folder and one feature selection (--workspace), so that
# nothing is compiled twice.

# Where `make run` keeps its data and listens.
DATA   ?= data
LISTEN ?= 127.0.0.1:8080

.DEFAULT_GOAL := help
.PHONY: help run test check bench golden

help: ## 列出命令 this list
	@sed -nE 's/^([a-z]+): ## (.*)/  make \1\t\2/p' $(firstword $(MAKEFILE_LIST)) | expand -t 16

run: ## 启动演示 build everything and serve 20,000 made-up enterprises (DATA=data LISTEN=127.0.0.1:8080)
	@scripts/run.sh $(DATA) $(LISTEN)

test: ## 全部测试 every test, on SQLite and PostgreSQL, over HTTP and in the browser
	@scripts/test.sh

check: ## 格式与约定 formatting, lints as errors, golden SDL, import directions
	@scripts/check.sh

bench: ## 性能对比 the four queries against PostGraphile (ENTERPRISES=1000000 DURATION=10 ROUNDS=3)
	@scripts/bench.sh

golden: ## 接受新的 SDL write schema/*.graphql anew from the code
	@scripts/golden.sh
