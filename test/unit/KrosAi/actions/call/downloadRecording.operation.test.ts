import type { IDataObject } from 'n8n-workflow';
import { router } from '../../../../../nodes/KrosAi/actions/router';
import { endedCall } from '../../../../../simulator/client';
import { recordingBytes } from '../../../../../simulator/recording';
import { simulator, useSimulator } from '../../../../../simulator/setUp';
import { fileHelpers } from '../../../../support/files';
import { credentialFor, executeContext } from '../../../../support/n8n';

useSimulator({ startsPerSecond: Infinity, speed: 1000 });

/** Under Continue: the one item that comes out. */
async function run(callId: string, parameters: IDataObject = {}) {
	const item = { resource: 'call', operation: 'downloadRecording', callId, ...parameters };
	const context = executeContext({
		credential: credentialFor(simulator),
		items: [{ binaryPropertyName: 'data', ...item }],
		continueOnFail: true,
		helpers: fileHelpers,
	});
	const [[output] = []] = await router.call(context);
	return output!;
}

it('gives the recording byte by byte, beside the call, and the key stays here', async () => {
	const id = await endedCall(simulator, { metadata: { customer_id: 'cust_1' } });
	const { json, binary } = await run(id);
	expect(Object.keys(binary!)).toEqual(['data']);
	const { data, ...file } = binary!.data!;
	expect(file).toEqual({ fileName: `${id}.mp3`, mimeType: 'audio/mpeg' });
	expect(Buffer.from(data, 'base64').equals(recordingBytes(simulator.calls[0]!))).toBe(true);
	expect(json).toMatchObject({
		call_id: id,
		outcome: 'completed',
		metadata: { customer_id: 'cust_1' },
		transcript: expect.stringContaining('[Agent]: '),
	});
	// A link is a key to the recording.
	expect(json).not.toHaveProperty('recording_url');
	expect(JSON.stringify(json)).not.toContain('signature=');
	expect(JSON.stringify(simulator.storageRequests)).not.toContain('kros_test_simulator');
});

it('puts it into the field of that name', async () => {
	const { binary } = await run(await endedCall(simulator), { binaryPropertyName: ' audio ' });
	expect(Object.keys(binary!)).toEqual(['audio']);
});

it.each<[string, IDataObject, string, string]>([
	['no field', { binaryPropertyName: ' ' }, 'MISSING_FIELDS', 'binaryPropertyName'],
	['a field that is no text', { binaryPropertyName: 7 }, 'MISSING_FIELDS', 'binaryPropertyName'],
	...['soon', -1, Infinity, '', null].map((minutes): [string, IDataObject, string, string] => [
		`a wait of ${minutes} minutes`,
		{ options: { waitForRecordingMinutes: minutes } },
		'INVALID_PARAMETER',
		'waitForRecordingMinutes',
	]),
])('asks KrosAI for nothing with %s', async (_, parameters, code, field) => {
	const { json } = await run('call_1', parameters);
	expect(json.error).toMatchObject({ code, field, placed: 'no' });
	expect(simulator.requests).toEqual([]);
});
