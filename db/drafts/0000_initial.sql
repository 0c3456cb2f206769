CREATE TABLE `counters` (
	`name` text PRIMARY KEY NOT NULL,
	`value` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `events` (
	`seq` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`at` text NOT NULL,
	`type` text NOT NULL,
	`severity` text NOT NULL,
	`message` text NOT NULL,
	`actor` text NOT NULL,
	`subjects` text NOT NULL
);
--> statement-breakpoint
CREATE TABLE `job_steps` (
	`job_id` text NOT NULL,
	`step` integer NOT NULL,
	`title` text NOT NULL,
	`host_id` text,
	`state` text NOT NULL,
	`message` text,
	`started_at` text,
	`ended_at` text,
	PRIMARY KEY(`job_id`, `step`),
	FOREIGN KEY (`job_id`) REFERENCES `jobs`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE TABLE `jobs` (
	`id` text PRIMARY KEY NOT NULL,
	`kind` text NOT NULL,
	`title` text NOT NULL,
	`state` text NOT NULL,
	`payload` text,
	`error` text,
	`actor` text NOT NULL,
	`subjects` text NOT NULL,
	`created_at` text NOT NULL,
	`started_at` text,
	`ended_at` text
);
--> statement-breakpoint
CREATE INDEX `jobs_state` ON `jobs` (`state`);--> statement-breakpoint
CREATE TABLE `meta` (
	`key` text PRIMARY KEY NOT NULL,
	`value` text NOT NULL
);
--> statement-breakpoint
CREATE TABLE `isolation_checks` (
	`id` text PRIMARY KEY NOT NULL,
	`network_id` text NOT NULL,
	`host_id` text NOT NULL,
	`at` text NOT NULL,
	`probe` integer NOT NULL,
	`verdict` text NOT NULL,
	`points` text NOT NULL,
	`by_user` text NOT NULL,
	FOREIGN KEY (`network_id`) REFERENCES `networks`(`id`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`host_id`) REFERENCES `hosts`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `isolation_checks_network` ON `isolation_checks` (`network_id`,`host_id`);--> statement-breakpoint
CREATE INDEX `isolation_checks_host` ON `isolation_checks` (`host_id`);--> statement-breakpoint
CREATE TABLE `network_attachments` (
	`network_id` text NOT NULL,
	`host_id` text NOT NULL,
	`nic_id` text,
	`state` text NOT NULL,
	`message` text,
	`differences` text NOT NULL,
	`observed_at` text,
	`verdict` text NOT NULL,
	`verdict_at` text,
	FOREIGN KEY (`network_id`) REFERENCES `networks`(`id`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`host_id`) REFERENCES `hosts`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `network_attachments_host` ON `network_attachments` (`host_id`);--> statement-breakpoint
CREATE UNIQUE INDEX `network_attachments_key` ON `network_attachments` (`network_id`,`host_id`);--> statement-breakpoint
CREATE TABLE `network_clusters` (
	`network_id` text NOT NULL,
	`cluster_id` text NOT NULL,
	`required` integer NOT NULL,
	PRIMARY KEY(`network_id`, `cluster_id`),
	FOREIGN KEY (`network_id`) REFERENCES `networks`(`id`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`cluster_id`) REFERENCES `clusters`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `network_clusters_cluster` ON `network_clusters` (`cluster_id`);--> statement-breakpoint
CREATE TABLE `networks` (
	`id` text PRIMARY KEY NOT NULL,
	`data_center_id` text NOT NULL,
	`name` text NOT NULL,
	`comment` text NOT NULL,
	`is_isolated` integer DEFAULT false NOT NULL,
	`vlan` integer,
	`mtu` integer NOT NULL,
	`bridge` text NOT NULL,
	`guest_subnet` text,
	`created_at` text NOT NULL,
	FOREIGN KEY (`data_center_id`) REFERENCES `data_centers`(`id`) ON UPDATE no action ON DELETE restrict
);
--> statement-breakpoint
CREATE UNIQUE INDEX `networks_name` ON `networks` (`data_center_id`,`name`);--> statement-breakpoint
CREATE UNIQUE INDEX `networks_bridge` ON `networks` (`data_center_id`,`bridge`);--> statement-breakpoint
CREATE TABLE `vnic_profiles` (
	`id` text PRIMARY KEY NOT NULL,
	`network_id` text NOT NULL,
	`name` text NOT NULL,
	FOREIGN KEY (`network_id`) REFERENCES `networks`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE UNIQUE INDEX `vnic_profiles_name` ON `vnic_profiles` (`network_id`,`name`);--> statement-breakpoint
CREATE TABLE `clusters` (
	`id` text PRIMARY KEY NOT NULL,
	`data_center_id` text NOT NULL,
	`name` text NOT NULL,
	`comment` text NOT NULL,
	`created_at` text NOT NULL,
	FOREIGN KEY (`data_center_id`) REFERENCES `data_centers`(`id`) ON UPDATE no action ON DELETE restrict
);
--> statement-breakpoint
CREATE UNIQUE INDEX `clusters_name` ON `clusters` (`data_center_id`,`name`);--> statement-breakpoint
CREATE UNIQUE INDEX `clusters_place` ON `clusters` (`id`,`data_center_id`);--> statement-breakpoint
CREATE TABLE `data_centers` (
	`id` text PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`comment` text NOT NULL,
	`created_at` text NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `data_centers_name` ON `data_centers` (`name`);--> statement-breakpoint
CREATE TABLE `host_nics` (
	`host_id` text NOT NULL,
	`name` text NOT NULL,
	`mac` text,
	`mtu` integer NOT NULL,
	`up` integer NOT NULL,
	`bridge` text,
	PRIMARY KEY(`host_id`, `name`),
	FOREIGN KEY (`host_id`) REFERENCES `hosts`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE TABLE `hosts` (
	`id` text PRIMARY KEY NOT NULL,
	`cluster_id` text NOT NULL,
	`name` text NOT NULL,
	`kind` text NOT NULL,
	`how` text NOT NULL,
	`comment` text NOT NULL,
	`state` text NOT NULL,
	`reason` text,
	`last_seen_at` text,
	`boot_id` text,
	`capabilities` text,
	`memory_free_mib` integer,
	`created_at` text NOT NULL,
	FOREIGN KEY (`cluster_id`) REFERENCES `clusters`(`id`) ON UPDATE no action ON DELETE restrict
);
--> statement-breakpoint
CREATE UNIQUE INDEX `hosts_name` ON `hosts` (`name`);--> statement-breakpoint
CREATE INDEX `hosts_cluster` ON `hosts` (`cluster_id`);--> statement-breakpoint
CREATE TABLE `images` (
	`id` text PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`format` text NOT NULL,
	`size_bytes` integer NOT NULL,
	`virtual_bytes` integer NOT NULL,
	`created_at` text NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `images_name` ON `images` (`name`);--> statement-breakpoint
CREATE TABLE `vms` (
	`id` text PRIMARY KEY NOT NULL,
	`cluster_id` text NOT NULL,
	`data_center_id` text NOT NULL,
	`name` text NOT NULL,
	`comment` text NOT NULL,
	`state` text NOT NULL,
	`reason` text,
	`host_id` text,
	`memory_mib` integer NOT NULL,
	`cpus` integer NOT NULL,
	`boot` text NOT NULL,
	`started_at` text,
	`created_at` text NOT NULL,
	FOREIGN KEY (`host_id`) REFERENCES `hosts`(`id`) ON UPDATE no action ON DELETE restrict,
	FOREIGN KEY (`cluster_id`,`data_center_id`) REFERENCES `clusters`(`id`,`data_center_id`) ON UPDATE no action ON DELETE restrict
);
--> statement-breakpoint
CREATE INDEX `vms_cluster` ON `vms` (`cluster_id`,`data_center_id`);--> statement-breakpoint
CREATE INDEX `vms_host` ON `vms` (`host_id`);--> statement-breakpoint
CREATE UNIQUE INDEX `vms_name` ON `vms` (`data_center_id`,`name`);--> statement-breakpoint
CREATE TABLE `vnics` (
	`id` text PRIMARY KEY NOT NULL,
	`vm_id` text NOT NULL,
	`position` integer NOT NULL,
	`name` text NOT NULL,
	`mac` text NOT NULL,
	`profile_id` text,
	`plugged` integer NOT NULL,
	`linked` integer NOT NULL,
	`assigned_address` text,
	FOREIGN KEY (`vm_id`) REFERENCES `vms`(`id`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`profile_id`) REFERENCES `vnic_profiles`(`id`) ON UPDATE no action ON DELETE restrict
);
--> statement-breakpoint
CREATE UNIQUE INDEX `vnics_mac` ON `vnics` (`mac`);--> statement-breakpoint
CREATE INDEX `vnics_order` ON `vnics` (`vm_id`,`position`);--> statement-breakpoint
CREATE INDEX `vnics_profile` ON `vnics` (`profile_id`);--> statement-breakpoint
CREATE UNIQUE INDEX `vnics_name` ON `vnics` (`vm_id`,`name`);