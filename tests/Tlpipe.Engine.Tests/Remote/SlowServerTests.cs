// A server that gives a byte now and then would keep a run waiting for days.
using System.Net;
using System.Net.Sockets;
using System.Text;
using Tlpipe.Engine.Options;
using Tlpipe.Engine.Remote;
using Tlpipe.Engine.Tests.Store;

namespace Tlpipe.Engine.Tests.Remote;

public sealed class SlowServerTests : IDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource ended = new();
    private readonly TestStore test = new();

    public void Dispose()
    {
        ended.Cancel();
        listener.Dispose();
        test.Dispose();
        ended.Dispose();
    }

    [Fact]
    public void A_server_that_is_never_silent_but_too_slow_is_done_without()
    {
        listener.Start();
        new Thread(Drip) { IsBackground = true }.Start();
        var warnings = new List<string>();
        var url = $"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}";
        using var shared = new SharedStore(test.Store, new RemoteOptions { Url = url }, warnings.Add, CancellationToken.None, TimeSpan.FromSeconds(0.5));

        var found = shared.Find(TestStore.Document(1).Key);

        Assert.Null(found);
        Assert.Contains("too slow; this run continues without it", Assert.Single(warnings), StringComparison.Ordinal);
    }

    private void Drip()
    {
        try
        {
            using var client = listener.AcceptTcpClient();
            using var stream = client.GetStream();
            stream.Write(Encoding.ASCII.GetBytes("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n"));
            while (!ended.Token.WaitHandle.WaitOne(TimeSpan.FromMilliseconds(20)))
                stream.WriteByte(0);
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException)
        {
            // The client has had enough.
        }
    }
}
