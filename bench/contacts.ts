/**
 * British area codes with numbers that Ofcom keeps free for drama: each has 1,000 of them, which
 * belong to no person.
 */
const FREE_NUMBERS = [
	'+44207946',
	'+44113496',
	'+44114496',
	'+44191498',
	'+44116496',
	'+44117496',
	'+44118496',
	'+44121496',
	'+44131496',
	'+44141496',
	'+44151496',
];

export interface Contact {
	id: number;
	phone: string;
}

/** Up to 11,000 contacts, each with a number of its own from these. */
export function contacts(count: number): Contact[] {
	return Array.from({ length: count }, (_, id) => ({
		id,
		phone: FREE_NUMBERS[Math.floor(id / 1000)]! + String(id % 1000).padStart(4, '0'),
	}));
}
