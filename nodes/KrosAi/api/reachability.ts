import { isPrivate } from '../util/privateAddress';

/**
 * Whether KrosAI can deliver to this n8n. It lives on the internet, where an address of a private
 * network leads nowhere: better to say so than to place a call whose end is never heard of.
 *
 * @param url where n8n says that it is reached, or the user has KrosAI send
 * @param baseUrl of the credential: a KrosAI on this machine or network (a simulator, a proxy for
 * tests) reaches what is there as well
 */
export function isReachable(url: string, baseUrl: string): boolean {
	return !isPrivate(url) || isPrivate(baseUrl);
}

/** What refusals call an address that KrosAI can't reach. */
export function hostOf(address: string): string {
	return URL.canParse(address) ? new URL(address).host : 'no address';
}

export const PUBLIC_ADDRESS = 'Give n8n a public address (its environment variable WEBHOOK_URL)';
