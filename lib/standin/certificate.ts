/**
 * The certificate of a stand-in that speaks TLS: its own, for localhost, 127.0.0.1 and stand-in.internal, valid from 2020 until
 * 2126. Everybody may have the key: it protects nothing, and a check that trusts it does so for a demonstration.
 */

export const CERTIFICATE = `-----BEGIN CERTIFICATE-----
MIIBdjCCARygAwIBAgICEAcwCgYIKoZIzj0EAwIwEzERMA8GA1UEAwwIc3RhbmQt
aW4wIBcNMjAwMTAxMDAwMDAwWhgPMjEyNjAxMDEwMDAwMDBaMBMxETAPBgNVBAMM
CHN0YW5kLWluMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE+H1aO+5tlmesC0nk
L01W62FDFf3Bym2uArqvRfQtDqGL/eB13cYRH+HYMYmLAkoxxhhv9nx/+Vrn3gzg
NdvPGKNeMFwwDAYDVR0TAQH/BAIwADAtBgNVHREEJjAkgglsb2NhbGhvc3SHBH8A
AAGCEXN0YW5kLWluLmludGVybmFsMB0GA1UdDgQWBBRBUlm2iq+E+lVV92xBt1jx
rRmQFDAKBggqhkjOPQQDAgNIADBFAiEA9K+Qpge1ved0Vvd8hSx0TwJijkRxNNdw
QyHd90b7yvQCIG33ivCVUg4KY6HfhL6kD7g/n/kSOWT1440kKm30NXfW
-----END CERTIFICATE-----
`;

export const KEY = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgVIU5sxz98IxSH1xC
jvCD2ps1wdnKiKZ3MD31g9Un0IihRANCAAT4fVo77m2WZ6wLSeQvTVbrYUMV/cHK
ba4Cuq9F9C0OoYv94HXdxhEf4dgxiYsCSjHGGG/2fH/5WufeDOA1288Y
-----END PRIVATE KEY-----
`;
