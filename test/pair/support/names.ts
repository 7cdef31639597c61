import type { Hostname } from "../../../shared/hostname.ts";

/** The two hostnames of the repository's mapping, and the origin hostname of each. */
export const SHOP = "shop.example.com" as Hostname;
export const BLOG = "blog.example.com" as Hostname;
export const SHOP_ORIGIN = "origin-shop.example.net" as Hostname;
export const BLOG_ORIGIN = "origin-blog.example.net" as Hostname;
