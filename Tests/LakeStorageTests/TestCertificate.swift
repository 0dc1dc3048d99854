import NIOSSL

/// A certificate of `localhost` and 127.0.0.1 that signs itself; its key is public and guards nothing.
enum TestCertificate {
    static let certificate = """
        -----BEGIN CERTIFICATE-----
        MIIBmzCCAUGgAwIBAgIUFklgGBsTDPrNuOwPZV1VlluoDeAwCgYIKoZIzj0EAwIw
        FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyMjIxMDE1N1oYDzIxMjYxMDI5
        MjEwMTU3WjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
        PQMBBwNCAAQX3xLSdPhVSONRRemy+zEsqcXdcYfhwsTCuoLf6nVQOTTQP4XCXpAx
        kWBBSw/KG+1H0XnB8y+4nNh6nQYqU8Wso28wbTAdBgNVHQ4EFgQUYX4ZeM7+AmoC
        /esCUOCI2Rk6ORMwHwYDVR0jBBgwFoAUYX4ZeM7+AmoC/esCUOCI2Rk6ORMwGgYD
        VR0RBBMwEYIJbG9jYWxob3N0hwR/AAABMA8GA1UdEwEB/wQFMAMBAf8wCgYIKoZI
        zj0EAwIDSAAwRQIgYpcv8sQKOvzpZvAyFq65G5Z0QVgi+Sz61QYK1WbBPNQCIQCO
        R9w31ruVtAGI1Xbu8D5QFAoVWbN1gkOUuUaI8+ji3g==
        -----END CERTIFICATE-----

        """

    static let key = """
        -----BEGIN PRIVATE KEY-----
        MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgET3WN0G1as7TCdoM
        XDfyelrza9FzuP2M1ZyBtFWKSFuhRANCAAQX3xLSdPhVSONRRemy+zEsqcXdcYfh
        wsTCuoLf6nVQOTTQP4XCXpAxkWBBSw/KG+1H0XnB8y+4nNh6nQYqU8Ws
        -----END PRIVATE KEY-----

        """

    static func serverConfiguration() throws -> TLSConfiguration {
        let chain = try NIOSSLCertificate.fromPEMBytes(Array(certificate.utf8))
        return .makeServerConfiguration(
            certificateChain: chain.map { .certificate($0) },
            privateKey: .privateKey(try NIOSSLPrivateKey(bytes: Array(key.utf8), format: .pem))
        )
    }
}
