void require('./main.cjs').main(async (name) => require(name));
