import type { INodePropertyOptions } from 'n8n-workflow';
import { countries } from '../phone/phoneNumber';

/** Every country of the phone library, by English name. The build puts the list in place of this code. */
export const COUNTRY_OPTIONS: INodePropertyOptions[] = countries().map(
	({ code, name, callingCode }) => ({ name: `${name} (+${callingCode})`, value: code }),
);
