// Debian's nginx as a server of Bazel's remote cache: files under a folder, PUT by its DAV module.
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Tlpipe.Tests;

/// <summary>An nginx of its own in a temporary folder; the test is skipped where there is no nginx.</summary>
internal sealed class Nginx : IDisposable
{
    private static readonly string[] Places = ["/usr/sbin/nginx", "/usr/local/sbin/nginx", "/usr/bin/nginx"];
    private readonly TemporaryFolder folder = new();
    private readonly Process process;

    private Nginx(string program)
    {
        var port = FreePort();
        Url = $"http://127.0.0.1:{port}/tlpipe";
        Directory.CreateDirectory(folder["data/tlpipe"]);
        Directory.CreateDirectory(folder["logs"]);
        File.WriteAllText(folder["nginx.conf"], $$"""
            {{(Environment.UserName == "root" ? "user root;" : "")}}
            worker_processes 1;
            daemon off;
            pid logs/nginx.pid;
            error_log logs/error.log;
            events {}
            http {
              log_format asked '$request_method $uri $status $body_bytes_sent';
              access_log logs/access.log asked;
              client_body_temp_path body;
              client_max_body_size 0;
              server {
                listen 127.0.0.1:{{port}};
                location / {
                  root data;
                  dav_methods PUT;
                  create_full_put_path on;
                }
              }
            }
            """);
        process = Process.Start(new ProcessStartInfo(program, ["-p", folder.Path, "-c", "nginx.conf", "-e", "logs/error.log"])
        {
            RedirectStandardError = true,
        })!;
        Assert.True(SpinWait.SpinUntil(() => process.HasExited || Answers(port), TimeSpan.FromSeconds(20)) && !process.HasExited, "nginx did not start");
    }

    public string Url { get; }

    /// <summary>Starts one; skips the test where nginx is not installed.</summary>
    public static Nginx Start()
    {
        var program = Places.FirstOrDefault(File.Exists);
        Assert.SkipWhen(program is null, "needs nginx (Debian's, with the DAV module)");
        return new Nginx(program!);
    }

    /// <summary>Method, path, status and bytes of each request that was answered.</summary>
    public IReadOnlyList<string> Requests() => File.Exists(folder["logs/access.log"]) ? File.ReadAllLines(folder["logs/access.log"]) : [];

    /// <summary>The files that it has, relative to the address.</summary>
    public IReadOnlyList<string> Files() =>
        [.. Directory.EnumerateFiles(folder["data/tlpipe"], "*", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(folder["data/tlpipe"], f))];

    /// <summary>A file that it has.</summary>
    public string PathOf(string name) => folder[$"data/tlpipe/{name}"];

    /// <summary>Ends it at once, requests in the middle or not.</summary>
    public void Kill()
    {
        process.Kill(entireProcessTree: true);
        process.WaitForExit();
    }

    public void Dispose()
    {
        Kill();
        process.Dispose();
        folder.Dispose();
    }

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    private static bool Answers(int port)
    {
        try
        {
            using var client = new TcpClient();
            client.Connect(IPAddress.Loopback, port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
