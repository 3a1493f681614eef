import { isPrivate } from '../util/privateAddress';

/**
 * Whether KrosAI can deliver to this n8n. It lives on the internet, where an address of a private
 * network leads nowhere: better to say so than to place a call whose end nobody hears of.
 *
 * @param resumeUrl where n8n says that a waiting execution is reached
 * @param baseUrl of the credential: a KrosAI on this machine or network (a simulator, a proxy for
 * tests) reaches what is there as well
 */
export function isReachable(resumeUrl: string, baseUrl: string): boolean {
	return !isPrivate(resumeUrl) || isPrivate(baseUrl);
}
