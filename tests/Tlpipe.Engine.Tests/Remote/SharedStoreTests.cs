// A shared store gives what another store sent, and its faults cost a computation at most.
using System.Net;
using System.Net.Sockets;
using Google.Protobuf;
using Tlpipe.Engine.Options;
using Tlpipe.Engine.Remote;
using Tlpipe.Engine.Store;
using Tlpipe.Engine.Tests.Housekeeping;

namespace Tlpipe.Engine.Tests.Remote;

public sealed class SharedStoreTests : IDisposable
{
    private readonly FaultyServer server = new();
    private readonly HousekeptStore here = new();
    private readonly HousekeptStore there = new();
    private readonly List<string> warnings = [];
    private TimeSpan patience = SharedStore.DefaultPatience;

    public void Dispose()
    {
        server.Dispose();
        here.Dispose();
        there.Dispose();
    }

    [Fact]
    public void What_one_store_sends_the_other_finds_and_brings()
    {
        var result = Send("model", "weights");

        using var shared = Open(there);
        var found = shared.Find(result.Key);
        var isLocalYet = there.Store.Find(result.Key) is not null;
        var brought = shared.Bring(found!);
        there.Store.Lay(there.Store.Find(result.Key)!, "rows", there["input"]);

        Assert.False(isLocalYet);
        Assert.True(brought);
        Assert.Equal("weights", File.ReadAllText(Path.Combine(there["input"], "data.txt")));
        Assert.Equal(new RemoteTraffic(1, 1, 7, 0, 0), shared.Traffic);
        Assert.Empty(warnings);
    }

    [Fact]
    public void Blobs_are_sent_before_the_record()
    {
        var result = Send("model", "weights");

        var puts = server.Requests.Where(r => r.StartsWith("PUT", StringComparison.Ordinal)).ToList();

        Assert.Equal([$"PUT cas/{BlobOf(result)}", $"PUT ac/{result.Key}"], puts);
    }

    [Fact]
    public void What_the_server_has_is_not_sent_again()
    {
        Send("model", "weights");
        Send("twin", "weights");

        Assert.Single(server.Requests, r => r.StartsWith("PUT cas", StringComparison.Ordinal));
    }

    [Fact]
    public void A_record_that_is_there_stays()
    {
        var result = Send("model", "weights");
        server.Content[$"ac/{result.Key}"] = [1];

        Send("model", "weights");

        Assert.Equal([1], server.Content[$"ac/{result.Key}"]);
    }

    [Fact]
    public void What_is_here_already_is_not_downloaded()
    {
        var result = Send("model", "weights");
        there.Publish("other", "weights");
        using var shared = Open(there);

        var brought = shared.Bring(shared.Find(result.Key)!);

        Assert.True(brought);
        Assert.DoesNotContain(server.Requests, r => r.StartsWith("GET cas", StringComparison.Ordinal));
    }

    [Fact]
    public void Nothing_is_sent_unless_it_is_asked_for()
    {
        using (var shared = Open(here))
            shared.Push(here.Publish("model", "weights"));

        Assert.Empty(server.Requests);
    }

    [Fact]
    public void A_key_is_asked_for_once()
    {
        using var shared = Open(there);

        var key = HousekeptStore.Document("nothing").Key;
        Assert.Null(shared.Find(key) ?? shared.Find(key));

        Assert.Single(server.Requests);
        Assert.Empty(warnings);
    }

    [Fact]
    public void An_entry_is_an_ActionResult_that_names_every_blob()
    {
        var result = Send("model", "weights");

        // Read by the wire format alone: field 2 is an OutputFile (path = 1, digest = 2), whose Digest has hash = 1 and size_bytes = 2.
        using var entry = new CodedInputStream(server.Content[$"ac/{result.Key}"]);
        Assert.Equal(0x12u, entry.ReadTag());
        using var file = new CodedInputStream(entry.ReadBytes().ToByteArray());
        Assert.Equal(0x0Au, file.ReadTag());
        Assert.Equal("rows/data.txt", file.ReadString());
        Assert.Equal(0x12u, file.ReadTag());
        using var digest = new CodedInputStream(file.ReadBytes().ToByteArray());
        Assert.Equal(0x0Au, digest.ReadTag());
        Assert.Equal(BlobOf(result), digest.ReadString());
        Assert.Equal(0x10u, digest.ReadTag());
        Assert.Equal(7, digest.ReadInt64());
    }

    [Theory]
    [InlineData("ServerError", "ac/")]
    [InlineData("Unauthorized", "ac/")]
    [InlineData("CutShort", "ac/")]
    [InlineData("Garbage", "ac/")]
    [InlineData("FlippedBit", "ac/")]
    [InlineData("Silent", "ac/")]
    [InlineData("HangsUp", "ac/")]
    [InlineData("Redirects", "ac/")]
    [InlineData("ServerError", "cas/")]
    [InlineData("Unauthorized", "cas/")]
    [InlineData("CutShort", "cas/")]
    [InlineData("Garbage", "cas/")]
    [InlineData("FlippedBit", "cas/")]
    [InlineData("TooLong", "cas/")]
    [InlineData("Silent", "cas/")]
    [InlineData("HangsUp", "cas/")]
    public void A_fault_is_said_once_and_the_result_counts_as_not_there(string fault, string which)
    {
        var results = new[] { Send("one", "first"), Send("two", "second") };
        server.Fault = (Enum.Parse<Misbehaviour>(fault), "GET " + which);
        // The run waits only if the server is silent.
        patience = fault == "Silent" ? TimeSpan.FromSeconds(0.5) : patience;
        using var shared = Open(there);

        var brought = results.Select(r => shared.Find(r.Key) is { } found && shared.Bring(found)).ToList();

        Assert.All(brought, Assert.False);
        Assert.Single(warnings);
        Assert.StartsWith($"the shared store {server.Url} ", warnings[0], StringComparison.Ordinal);
        Assert.All(results, r => Assert.Null(shared.Find(r.Key)));
        Assert.All(results, r => Assert.Null(there.Store.Find(r.Key)));
        Assert.Empty(there.Files("results"));
    }

    [Fact]
    public void A_connection_that_is_reset_within_a_file_is_a_fault_of_the_servers()
    {
        var result = Send("model", "weights");
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        _ = Task.Run(() => ResetWithinBody(listener, BlobOf(result)), TestContext.Current.CancellationToken);
        var options = new RemoteOptions { Url = $"http://{listener.LocalEndpoint}" };
        using var shared = new SharedStore(there.Store, options, Warn, TestContext.Current.CancellationToken, patience);

        var brought = shared.Bring(result);

        Assert.False(brought);
        Assert.Equal($"the shared store {options.Url} broke off; this run continues without it", Assert.Single(warnings));
        listener.Stop();
    }

    [Fact]
    public void A_missing_blob_is_a_miss_without_a_warning()
    {
        var result = Send("model", "weights");
        server.Content.TryRemove($"cas/{BlobOf(result)}", out _);
        using var shared = Open(there);

        var brought = shared.Bring(shared.Find(result.Key)!);

        Assert.False(brought);
        Assert.Null(shared.Find(result.Key));
        Assert.Empty(warnings);
    }

    [Fact]
    public void A_server_that_takes_nothing_is_still_read()
    {
        var result = Send("model", "weights");
        server.Fault = (Misbehaviour.ReadOnly, "PUT");
        using var shared = Open(there, PushPolicy.OnSuccess);

        shared.Push(there.Publish("first", "1"));
        shared.Push(there.Publish("second", "2"));
        shared.Finish();

        Assert.Contains("answered 405", Assert.Single(warnings), StringComparison.Ordinal);
        Assert.NotNull(shared.Find(result.Key));
    }

    [Fact]
    public async Task A_server_that_fails_once_is_asked_again()
    {
        var result = Send("model", "weights");
        server.Fault = (Misbehaviour.ServerError, "GET ac/");
        using var shared = Open(there);

        var finding = Task.Run(() => shared.Find(result.Key), TestContext.Current.CancellationToken);
        SpinWait.SpinUntil(() => server.Requests.Any(r => r.StartsWith("GET ac", StringComparison.Ordinal)));
        server.Fault = (Misbehaviour.None, "");

        Assert.NotNull(await finding);
        Assert.Empty(warnings);
    }

    [Fact]
    public void Nobody_there_is_said_once()
    {
        server.Dispose();
        using var shared = Open(there);

        Assert.Null(shared.Find(HousekeptStore.Document("a").Key) ?? shared.Find(HousekeptStore.Document("b").Key));

        Assert.Equal($"the shared store {server.Url} cannot be reached; this run continues without it", Assert.Single(warnings));
    }

    [Fact]
    public void A_record_that_lies_about_a_size_does_not_cost_the_blob_that_is_here()
    {
        var mine = there.Publish("mine", "weights");
        var document = HousekeptStore.Document("lie");
        var lie = mine with
        {
            Key = document.Key,
            Document = document,
            Outputs = new Dictionary<string, StoredOutput> { ["rows"] = new("digest", [new StoredFile("data.txt", BlobOf(mine), 3)], new Dictionary<string, double>()) },
        };
        server.Content[$"ac/{lie.Key}"] = ActionResult.Write(lie);
        using var shared = Open(there);

        var brought = shared.Bring(shared.Find(lie.Key)!);

        Assert.False(brought);
        Assert.NotNull(there.Store.Find(mine.Key));
    }

    [Fact]
    public void Credentials_are_sent_and_never_shown()
    {
        const string variable = "TLPIPE_TEST_CACHE_TOKEN";
        Environment.SetEnvironmentVariable(variable, "Bearer t0psecret");
        var url = server.Url.Replace("http://", "http://user:pa55word@", StringComparison.Ordinal);
        var key = HousekeptStore.Document("a").Key;

        using (var shared = new SharedStore(there.Store, new RemoteOptions { Url = server.Url, Authorization = new Secret(variable) }, warnings.Add, TestContext.Current.CancellationToken))
            shared.Find(key);
        var token = server.Authorization;
        server.Fault = (Misbehaviour.Unauthorized, "GET");
        using (var shared = new SharedStore(there.Store, new RemoteOptions { Url = url }, warnings.Add, TestContext.Current.CancellationToken))
            shared.Find(key);

        Assert.Equal("Bearer t0psecret", token);
        // RFC 7617: user:pa55word in Base64.
        Assert.Equal("Basic dXNlcjpwYTU1d29yZA==", server.Authorization);
        Assert.DoesNotContain("pa55word", Assert.Single(warnings), StringComparison.Ordinal);
    }

    /// <summary>Answers with half of what it promises, and resets the connection once that has arrived.</summary>
    private void ResetWithinBody(TcpListener listener, string sha256)
    {
        for (var tries = 0; tries < 2; tries++)
        {
            using var socket = listener.AcceptSocket();
            socket.Receive(new byte[4096]);
            socket.Send("HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\nwei"u8);
            SpinWait.SpinUntil(
                () => Directory.EnumerateFiles(Path.Combine(there.Store.Root, "tmp"), sha256, SearchOption.AllDirectories).Any(f => new FileInfo(f).Length > 0),
                TimeSpan.FromSeconds(10));
            socket.LingerState = new LingerOption(true, 0);
        }
    }

    private StoredResult Send(string name, string content)
    {
        var result = here.Publish(name, content);
        using var shared = Open(here, PushPolicy.OnSuccess);
        shared.Push(result);
        return result;
    }

    private SharedStore Open(HousekeptStore local, PushPolicy push = PushPolicy.Never) =>
        new(local.Store, new RemoteOptions { Url = server.Url, Push = push }, Warn, TestContext.Current.CancellationToken, patience);

    private void Warn(string text)
    {
        lock (warnings)
            warnings.Add(text);
    }

    private static string BlobOf(StoredResult result) => result.Outputs["rows"].Files[0].Sha256;
}
