/** In ms: a timer that is set to more than this goes off at once. */
export const LONGEST_MS = 2 ** 31 - 1;

interface Appointment {
	due: number;
	run: () => void;
	timer?: NodeJS.Timeout;
}

/**
 * Counts seconds, `speed` times faster than real time: the calls live by one, retries come by another.
 * A change of speed takes effect at once, for running appointments too.
 */
export class Clock {
	private readonly appointments = new Set<Appointment>();
	private baseSeconds = 0;
	private baseMs = performance.now();

	constructor(private speed: number) {}

	/** Seconds on this clock since it was made. */
	now(): number {
		return this.baseSeconds + ((performance.now() - this.baseMs) / 1000) * this.speed;
	}

	setSpeed(speed: number): void {
		this.baseSeconds = this.now();
		this.baseMs = performance.now();
		this.speed = speed;
		for (const appointment of this.appointments) this.arm(appointment);
	}

	/** Runs once when the clock shows `due` (seconds). */
	at(due: number, run: () => void): void {
		const appointment = { due, run };
		this.appointments.add(appointment);
		this.arm(appointment);
	}

	cancelAll(): void {
		for (const { timer } of this.appointments) clearTimeout(timer);
		this.appointments.clear();
	}

	private arm(appointment: Appointment): void {
		clearTimeout(appointment.timer);
		const ms = ((appointment.due - this.now()) / this.speed) * 1000;
		appointment.timer = setTimeout(
			() => {
				this.appointments.delete(appointment);
				appointment.run();
			},
			Math.min(Math.max(0, ms), LONGEST_MS),
		);
	}
}
