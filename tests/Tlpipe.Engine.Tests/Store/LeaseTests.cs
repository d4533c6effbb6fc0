// One process at a time computes a result.
using System.Diagnostics;

namespace Tlpipe.Engine.Tests.Store;

public sealed class LeaseTests : IDisposable
{
    private const string Flock = "/usr/bin/flock";
    private static readonly string Key = TestStore.Document(1).Key;
    private readonly TestStore test = new();

    public void Dispose() => test.Dispose();

    [Fact]
    public void A_lease_is_had_by_one_at_a_time()
    {
        using var lease = test.Store.TryTake(Key);

        Assert.NotNull(lease);
        Assert.Null(test.Store.TryTake(Key));
    }

    [Fact]
    public void A_lease_given_back_can_be_taken_again()
    {
        test.Store.TryTake(Key)!.Dispose();

        using var again = test.Store.TryTake(Key);

        Assert.NotNull(again);
    }

    [Fact]
    public void Leases_of_different_keys_do_not_meet()
    {
        using var first = test.Store.TryTake(Key);
        using var second = test.Store.TryTake(TestStore.Document(2).Key);

        Assert.NotNull(second);
    }

    [Fact]
    public async Task Waiting_is_told_once_and_ends_when_the_lease_is_given_back()
    {
        var lease = test.Store.TryTake(Key)!;
        var told = 0;

        // It cancels the wait as soon as it has to wait.
        var taken = await Task.Run(() => test.Store.Take(Key, _ =>
        {
            told++;
            lease.Dispose();
        }, TestContext.Current.CancellationToken), TestContext.Current.CancellationToken);

        using (taken)
            Assert.Null(test.Store.TryTake(Key));
        Assert.Equal(1, told);
    }

    [Fact]
    public async Task Who_waits_hears_what_the_holder_says()
    {
        var lease = test.Store.TryTake(Key)!;
        lease.Tell("step 1");
        var heard = new List<string>();

        var taken = await Task.Run(() => test.Store.Take(Key, news =>
        {
            heard.Add(news);
            if (news == "step 1")
                lease.Tell("2");
            else
                lease.Dispose();
        }, TestContext.Current.CancellationToken), TestContext.Current.CancellationToken);

        taken.Dispose();
        Assert.Equal(["step 1", "2"], heard);
    }

    [Fact]
    public void What_a_holder_said_is_forgotten_with_its_lease()
    {
        var lease = test.Store.TryTake(Key)!;
        lease.Tell("step 1");

        lease.Dispose();

        Assert.Equal("", File.ReadAllText(LeasePath));
    }

    [Fact]
    public void Waiting_ends_when_it_is_cancelled()
    {
        using var lease = test.Store.TryTake(Key);
        using var cancellation = new CancellationTokenSource();

        Assert.Throws<OperationCanceledException>(() => test.Store.Take(Key, _ => cancellation.Cancel(), cancellation.Token));
    }

    [Fact]
    public void Nobody_is_told_of_waiting_where_there_is_none()
    {
        using var lease = test.Store.Take(Key, _ => Assert.Fail("waited"), TestContext.Current.CancellationToken);

        Assert.NotNull(lease);
    }

    [Fact]
    public async Task Another_process_that_has_the_lease_keeps_it_until_it_is_killed()
    {
        using var other = await StartHolder();

        var whileItLives = test.Store.TryTake(Key);
        other.Kill();
        await other.WaitForExitAsync(TestContext.Current.CancellationToken);
        using var afterwards = test.Store.TryTake(Key);

        Assert.Null(whileItLives);
        Assert.NotNull(afterwards);
    }

    [Fact]
    public async Task Another_process_does_not_get_a_lease_that_is_taken()
    {
        Assert.SkipUnless(File.Exists(Flock), $"needs {Flock}");
        using var lease = test.Store.TryTake(Key);

        using var other = Process.Start(new ProcessStartInfo(Flock, ["--nonblock", LeasePath, "true"]))!;
        await other.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.Equal(1, other.ExitCode);
    }

    [Fact]
    public async Task A_child_process_does_not_keep_its_parents_lease()
    {
        Assert.SkipUnless(File.Exists("/bin/cat"), "needs /bin/cat");
        var lease = test.Store.TryTake(Key)!;
        using var child = Process.Start(new ProcessStartInfo("/bin/cat") { RedirectStandardInput = true })!;

        lease.Dispose();
        using var again = test.Store.TryTake(Key);
        child.StandardInput.Close();
        await child.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.NotNull(again);
    }

    private string LeasePath => Path.Combine(test.Store.Root, "lease", Key);

    /// <summary>A process that has the lease once this returns, until it is killed.</summary>
    private async Task<Process> StartHolder()
    {
        Assert.SkipUnless(File.Exists(Flock), $"needs {Flock}");
        var start = new ProcessStartInfo(Flock, ["--no-fork", LeasePath, "sh", "-c", "echo taken; read line"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        var holder = Process.Start(start)!;
        Assert.Equal("taken", await holder.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken));
        return holder;
    }
}
