/** A list of KrosAI's that the editor offers to choose from. */
export interface KrosAiList {
	path: string;
	/** The name of the entries in the answer's wrapper. */
	resource: string;
	/** The scope of the API key that it needs. */
	scope: string;
	/** The field that it fills, as the editor shows it. */
	label: string;
}

export const PHONE_NUMBERS: KrosAiList = {
	path: '/phone-numbers',
	resource: 'phone_numbers',
	scope: 'numbers:read',
	label: 'From Number',
};

export const ENDPOINTS: KrosAiList = {
	path: '/endpoints',
	resource: 'endpoints',
	scope: 'endpoints:read',
	label: 'Endpoint',
};
