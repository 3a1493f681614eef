// Loaded before each file: what goes through a whole n8n and its editor takes up to 15 seconds, and
// on a busy machine four times as long.
jest.setTimeout(120_000);
