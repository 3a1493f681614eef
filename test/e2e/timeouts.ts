// Loaded before each file: what goes through a whole n8n takes longer than jest's 5 seconds.
jest.setTimeout(60_000);
