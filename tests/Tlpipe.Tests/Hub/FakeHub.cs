// A hub on this machine: the protocol of docs/hf-parity.md 15.3 over Kestrel, with a second server for what is in LFS, and faults.
using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Tlpipe.Tests.Hub;

/// <summary>A request as it came.</summary>
internal sealed record Asked(string Server, string Method, string Path, string? Authorization, string? Range);

/// <summary>One repository with its files at one commit. Files of 64 kB and more are in LFS, on the other server.</summary>
internal sealed class FakeHub : IDisposable
{
    public const string Repository = "acme/tiny-bert";
    public const string FirstCommit = "0123456789abcdef0123456789abcdef01234567";
    private const int LfsBytes = 65_536;
    private readonly WebApplication hub;
    private readonly WebApplication storage;

    public FakeHub()
    {
        storage = Start("storage", Storage);
        hub = Start("hub", Hub);
    }

    /// <summary>The hub's address.</summary>
    public string Endpoint => Address(hub);

    /// <summary>The address of the server for files in LFS and of any other file by its name.</summary>
    public string StorageEndpoint => Address(storage);

    public string Commit { get; set; } = FirstCommit;

    public Dictionary<string, byte[]> Files { get; } = new(StringComparer.Ordinal);

    /// <summary>Only requests with this token see the repository; null shows it to all.</summary>
    public string? Token { get; set; }

    /// <summary>The requests, in order.</summary>
    public ConcurrentQueue<Asked> Requests { get; } = new();

    /// <summary>Answers in the server's place where it returns true.</summary>
    public Func<Asked, HttpContext, Task<bool>> Fault { get; set; } = (_, _) => Task.FromResult(false);

    public IEnumerable<Asked> Gets(string server) => Requests.Where(r => r.Server == server && r.Method == "GET");

    /// <summary>A hub with the model of the goldens.</summary>
    public static FakeHub WithTinyModel()
    {
        var hub = new FakeHub();
        foreach (var file in Directory.EnumerateFiles(TestFiles.Golden("model", "tiny-mlm")))
            hub.Files[Path.GetFileName(file)] = File.ReadAllBytes(file);
        hub.Files["README.md"] = "# not part of the model"u8.ToArray();
        return hub;
    }

    public static string Sha256(byte[] content) => Convert.ToHexStringLower(SHA256.HashData(content));

    /// <summary>As git names a file's content.</summary>
    public static string GitHash(byte[] content) =>
        Convert.ToHexStringLower(SHA1.HashData([.. Encoding.ASCII.GetBytes($"blob {content.Length.ToString(CultureInfo.InvariantCulture)}\0"), .. content]));

    public void Dispose()
    {
        foreach (var server in new[] { hub, storage })
            ((IDisposable)server).Dispose();
    }

    /// <summary>Sends the first bytes of a file, says that all would come, and closes the connection.</summary>
    public static async Task Truncate(HttpContext context, byte[] content, int from, int bytes)
    {
        context.Response.StatusCode = from > 0 ? StatusCodes.Status206PartialContent : StatusCodes.Status200OK;
        if (from > 0)
            context.Response.Headers.ContentRange = $"bytes {from}-{content.Length - 1}/{content.Length}";
        context.Response.ContentLength = content.Length - from;
        await context.Response.Body.WriteAsync(content.AsMemory(from, bytes));
        // Ending with less than was announced makes the server close the connection once it is sent.
        await context.Response.Body.FlushAsync();
    }

    private WebApplication Start(string server, Func<HttpContext, Task> answer)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = TimeSpan.Zero);
        var application = builder.Build();
        application.Run(async context =>
        {
            var request = context.Request;
            var asked = new Asked(
                server, request.Method, request.Path, request.Headers.Authorization.FirstOrDefault(), request.Headers.Range.FirstOrDefault());
            Requests.Enqueue(asked);
            if (!await Fault(asked, context))
                await answer(context);
        });
        application.Start();
        return application;
    }

    private static string Address(WebApplication server) =>
        server.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();

    private async Task Hub(HttpContext context)
    {
        var path = context.Request.Path.Value!;
        if (Token is not null && context.Request.Headers.Authorization != $"Bearer {Token}")
            await Refuse(context, 401, "RepoNotFound");
        else if (path.StartsWith($"/api/models/{Repository}/revision/", StringComparison.Ordinal))
            await List(context, path.Split('/')[^1]);
        else if (path.StartsWith($"/{Repository}/resolve/", StringComparison.Ordinal))
            await Resolve(context, path.Split('/')[^2], path.Split('/')[^1]);
        else
            await Refuse(context, 401, "RepoNotFound");
    }

    private async Task List(HttpContext context, string revision)
    {
        if (revision != "main" && revision != Commit)
            await Refuse(context, 404, "RevisionNotFound");
        else
            await context.Response.WriteAsJsonAsync(new { id = Repository, sha = Commit, siblings = Files.Keys.Select(name => new { rfilename = name }) });
    }

    private async Task Resolve(HttpContext context, string revision, string name)
    {
        context.Response.Headers["X-Repo-Commit"] = Commit;
        if (revision != Commit)
        {
            await Refuse(context, 404, "RevisionNotFound");
        }
        else if (!Files.TryGetValue(name, out var content))
        {
            await Refuse(context, 404, "EntryNotFound");
        }
        else if (content.Length >= LfsBytes)
        {
            context.Response.Headers["X-Linked-Etag"] = $"\"{Sha256(content)}\"";
            context.Response.Headers["X-Linked-Size"] = content.Length.ToString(CultureInfo.InvariantCulture);
            context.Response.Redirect($"{StorageEndpoint}/{name}?signature=secret-of-the-storage");
        }
        else
        {
            context.Response.Headers.ETag = $"\"{GitHash(content)}\"";
            await Send(context, content);
        }
    }

    private async Task Storage(HttpContext context)
    {
        if (!Files.TryGetValue(context.Request.Path.Value![1..], out var content))
        {
            context.Response.StatusCode = 404;
            return;
        }
        context.Response.Headers.ETag = $"\"{Sha256(content)[..16]}\"";
        await Send(context, content);
    }

    private static async Task Send(HttpContext context, byte[] content)
    {
        var from = 0;
        var unchanged = context.Request.Headers.IfRange.FirstOrDefault() is not { } condition || condition == context.Response.Headers.ETag;
        if (unchanged && context.Request.Headers.Range.FirstOrDefault() is { } range)
        {
            from = int.Parse(range["bytes=".Length..].TrimEnd('-'), CultureInfo.InvariantCulture);
            context.Response.StatusCode = StatusCodes.Status206PartialContent;
            context.Response.Headers.ContentRange = $"bytes {from}-{content.Length - 1}/{content.Length}";
        }
        context.Response.ContentLength = content.Length - from;
        if (context.Request.Method != "HEAD")
            await context.Response.Body.WriteAsync(content.AsMemory(from));
    }

    private static Task Refuse(HttpContext context, int status, string code)
    {
        context.Response.StatusCode = status;
        context.Response.Headers["X-Error-Code"] = code;
        return Task.CompletedTask;
    }
}
