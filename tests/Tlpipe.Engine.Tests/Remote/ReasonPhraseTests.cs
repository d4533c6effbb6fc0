// A server's status line is no message of this program's.
using Tlpipe.Engine.Options;
using Tlpipe.Engine.Remote;

namespace Tlpipe.Engine.Tests.Remote;

public sealed class ReasonPhraseTests
{
    [Theory]
    // RFC 9110, section 15.5.4 and 15.5.19.
    [InlineData("HTTP/1.1 403 no \u001b]0;PWNED\u0007 {}", "answered 403 Forbidden")]
    [InlineData("HTTP/1.1 418 bad token {}", "answered 418")]
    public void A_shared_stores_reason_phrase_is_never_shown(string statusLine, string expected)
    {
        using var server = new PhrasingServer(statusLine);
        using var cache = new HttpCache(server.Url, "Bearer phr4se-T0KEN", TimeSpan.FromSeconds(10), CancellationToken.None);

        var fault = Assert.Throws<RemoteFaultException>(() => cache.Get("ac/0"));

        Assert.Equal(expected, fault.Message);
        Assert.Equal("a *** b", Secret.Redact("a phr4se-T0KEN b"));
    }
}
