// A hub or a proxy that answers with what it should not.
using Microsoft.AspNetCore.Http;
using Tlpipe.Engine.Diagnostics;
using Tlpipe.Engine.Options;
using Tlpipe.Stages.Fetch;
using Tlpipe.Stages.Hub;

namespace Tlpipe.Tests.Hub;

public sealed class HostileHubTests
{
    [Theory]
    [InlineData("HTTP/1.1 418 bad token {}", "127.0.0.1 answers 418 for acme/tiny-bert; check HF_ENDPOINT and proxies")]
    [InlineData("HTTP/1.1 402 \u001b]0;PWNED\u0007", "127.0.0.1 answers 402 Payment Required for acme/tiny-bert; check HF_ENDPOINT and proxies")]
    public void A_reason_phrase_is_never_shown_and_the_token_is_hidden(string statusLine, string expected)
    {
        using var server = new PhrasingServer(statusLine);
        using var cache = Asking(server);

        Assert.Equal(expected, cache.Mistake().Message);
        Assert.Equal("a *** b", Secret.Redact("a hf_s3cr3tHUB b"));
    }

    [Fact]
    public void An_answer_that_is_not_HTTP_is_not_quoted()
    {
        using var server = new PhrasingServer("\u001b]0;PWNED {}");
        using var cache = Asking(server);

        var mistake = cache.Mistake().Message;

        Assert.DoesNotContain("PWNED", mistake);
        Assert.DoesNotContain("hf_s3cr3tHUB", mistake);
    }

    [Fact]
    public void A_list_of_files_without_an_end_is_refused()
    {
        using var hub = new FakeHub();
        using var cache = new ModelCache(hub);
        var sent = 0L;
        hub.Fault = async (_, context) =>
        {
            var piece = new byte[1 << 20];
            Array.Fill(piece, (byte)' ');
            try
            {
                for (; !context.RequestAborted.IsCancellationRequested && sent < 1L << 30; sent += piece.Length)
                    await context.Response.Body.WriteAsync(piece, context.RequestAborted);
            }
            catch (OperationCanceledException)
            {
                // It hung up.
            }
            return true;
        };

        var mistake = cache.Mistake();

        Assert.Equal(ErrorCode.Unreachable, mistake.Code);
        Assert.Contains("its list of files has no end", mistake.Message);
    }

    [Fact]
    public void A_list_of_more_files_than_a_model_has_is_refused_before_they_are_asked_for()
    {
        using var hub = new FakeHub();
        using var cache = new ModelCache(hub);
        hub.Files["model.safetensors.index.json"] = "{}"u8.ToArray();
        for (var i = 0; i < 5000; i++)
            hub.Files[$"model-{i:00000}-of-05000.safetensors"] = [];

        Assert.Contains("it lists 5,001 files of a model", cache.Mistake().Message);
        Assert.Single(hub.Requests);
    }

    [Theory]
    [InlineData("file:///etc/passwd", "redirects to an address of the kind file:")]
    [InlineData("ftp://example.org/x", "redirects to an address of the kind ftp:")]
    public void A_redirection_out_of_the_web_is_refused_once(string target, string expected)
    {
        using var hub = new FakeHub();
        using var cache = new ModelCache(hub);
        hub.Fault = (_, context) =>
        {
            context.Response.StatusCode = StatusCodes.Status302Found;
            context.Response.Headers.Location = target;
            return Task.FromResult(true);
        };

        var mistake = cache.Mistake();

        Assert.Equal(ErrorCode.Unreachable, mistake.Code);
        Assert.Contains(expected, mistake.Message);
        Assert.Single(hub.Requests);
    }

    [Theory]
    [InlineData("http://example.org/a%00.csv", null, "control character")]
    [InlineData("http://example.org/a%1b]0;x.csv", null, "control character")]
    [InlineData("http://example.org/a.csv", "a\0.csv", "control character")]
    // 128 letters of two bytes; NAME_MAX is 255.
    [InlineData("http://example.org/a.csv", "éééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééé", "longer than the 255 bytes")]
    public void A_name_that_no_file_can_have_is_a_mistake_of_the_config(string url, string? name, string expected)
    {
        var mistakes = new FetchFileStage().Check(new FetchFileOptions { Url = url, Name = name });

        Assert.Contains(expected, Assert.Single(mistakes).Message);
    }

    private static ModelCache Asking(PhrasingServer server)
    {
        var cache = new ModelCache(null);
        cache.Settings = HubSettings.From(name => name switch
        {
            "HF_TOKEN" => "hf_s3cr3tHUB",
            "HF_ENDPOINT" => server.Url,
            "HF_HUB_CACHE" => cache.Settings.Cache,
            _ => null,
        });
        return cache;
    }
}
