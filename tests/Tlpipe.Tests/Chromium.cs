// Debian's Chromium without a window: opens a page, and tells what the page asked for and complained of.
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Tlpipe.Tests;

/// <summary>A page as a browser showed it.</summary>
/// <param name="Document">The document after scripts and styles had their say.</param>
/// <param name="Complaints">The messages on its console.</param>
/// <param name="Requests">Its network requests.</param>
internal sealed record Opened(string Document, IReadOnlyList<string> Complaints, IReadOnlyList<string> Requests);

/// <summary>Starts Chromium for one page at a time.</summary>
internal static class Chromium
{
    private static readonly string? Program = new[] { "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome" }.FirstOrDefault(File.Exists);

    /// <summary>Opens a page from a file; skips the test where there is no Chromium. Whatever it asks for over the network goes to a proxy that counts and refuses.</summary>
    public static Opened Open(string page, string profile)
    {
        Assert.SkipWhen(Program is null, "needs chromium (Debian's)");
        using var proxy = new RefusingProxy();
        var start = new ProcessStartInfo(Program!) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in (string[])[
            "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
            "--disable-default-apps", "--disable-extensions", "--disable-domain-reliability", $"--user-data-dir={profile}", $"--proxy-server={proxy.Address}",
            "--enable-logging=stderr", "--v=0", "--virtual-time-budget=2000", "--dump-dom", new Uri(page).AbsoluteUri])
            start.ArgumentList.Add(argument);
        using var process = Process.Start(start)!;
        // A browser that hangs must fail the test, not hold it up.
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        using var killed = limit.Token.Register(() => process.Kill(entireProcessTree: true));
        var errors = process.StandardError.ReadToEndAsync();
        var document = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return new Opened(document, [.. errors.Result.Split('\n').Where(line => line.Contains(":CONSOLE", StringComparison.Ordinal))], proxy.Asked());
    }
}

/// <summary>A proxy that records each request and refuses it.</summary>
internal sealed class RefusingProxy : IDisposable
{
    /// <summary>Where Chromium calls home by itself, whatever page it shows.</summary>
    private static readonly string[] CallsHome =
    [
        "update.googleapis.com", "clients2.google.com", "accounts.google.com", "optimizationguide-pa.googleapis.com", "content-autofill.googleapis.com", "redirector.gvt1.com",
        "android.clients.google.com", "mtalk.google.com", "www.google.com",
    ];

    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentQueue<string> asked = [];

    public RefusingProxy()
    {
        listener.Start();
        _ = Answer();
    }

    public string Address => listener.LocalEndpoint.ToString()!;

    /// <summary>The requests so far, without Chromium's own.</summary>
    public IReadOnlyList<string> Asked() => [.. asked.Where(line => CallsHome.All(home => !line.Contains($" {home}:") && !line.Contains($"//{home}/")))];

    public void Dispose() => listener.Dispose();

    private async Task Answer()
    {
        try
        {
            while (true)
                _ = Refuse(await listener.AcceptTcpClientAsync());
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task Refuse(TcpClient client)
    {
        using (client)
        {
            try
            {
                using var reader = new StreamReader(client.GetStream());
                if (await reader.ReadLineAsync() is { Length: > 0 } line)
                    asked.Enqueue(line);
                await client.GetStream().WriteAsync("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"u8.ToArray());
            }
            catch (IOException)
            {
                // It hung up.
            }
        }
    }
}
