import type { Contact } from './contacts';
import { API_KEY } from './engine';

/**
 * The specification's batch example (Spec, Batch (TypeScript)): one contact after another, a second
 * after each accepted call, and a refused contact is given up.
 */
export async function plainLoop(
	rows: Contact[],
	baseUrl: string,
	maxDuration = 600,
): Promise<void> {
	for (const contact of rows) {
		try {
			const response = await fetch(`${baseUrl}/outbound-calls`, {
				method: 'POST',
				headers: { 'x-api-key': API_KEY, 'Content-Type': 'application/json' },
				body: JSON.stringify({
					from_number: '+2348012345678',
					to_number: contact.phone,
					endpoint_id: 'ep_abc123',
					metadata: { customer_id: String(contact.id) },
					max_duration: maxDuration,
				}),
			});
			if (!response.ok) throw new Error(`Call failed: ${await response.text()}`);
			await response.json();
			await new Promise((resolve) => setTimeout(resolve, 1000));
		} catch {
			// As in the example: written down, not tried again.
		}
	}
}
