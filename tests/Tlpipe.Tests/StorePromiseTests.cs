// What tlpipe promises of a store that is damaged, shared, full or misused, seen from outside.
namespace Tlpipe.Tests;

[Trait(Tier.Name, Tier.All)]
public sealed class StorePromiseTests
{
    private const int Terminate = 15;

    [Fact]
    public void Report_show_and_diff_leave_damaged_figures_out_and_say_so()
    {
        using var experiment = TinyExperiment.Completed();
        foreach (var blob in Directory.EnumerateFiles(experiment[".tlpipe", "store", "cas"], "*", SearchOption.AllDirectories))
            ChangeAccuracy(blob);

        var shown = TlpipeProcess.Run(experiment.Folder, "show", TinyExperiment.ConfigPath, "scores.random");
        var report = TlpipeProcess.Run(experiment.Folder, "report", "-o", "r.html", "--files", "rf");

        Assert.Equal(2, shown.ExitCode);
        Assert.Contains("TL0404", Assert.Single(shown.ErrorLines), StringComparison.Ordinal);
        Assert.Contains("is damaged", shown.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("0.9", shown.Output.Split('\n').Where(line => line.Contains("accuracy", StringComparison.Ordinal)));
        Assert.Equal(2, report.ExitCode);
        Assert.NotEmpty(report.ErrorLines);
        Assert.All(report.ErrorLines, line => Assert.Contains("is damaged and was left out", line, StringComparison.Ordinal));
        Assert.Empty(Directory.EnumerateFiles(experiment["rf"], "*.csv"));
    }

    [Fact]
    public void A_full_standard_output_is_a_warning_and_the_run_goes_on()
    {
        using var experiment = new TinyExperiment();

        var full = TlpipeProcess.RunShell(experiment.Folder, $"tlpipe run {TinyExperiment.ConfigPath} -t labelled > /dev/full");
        var next = experiment.Run("-t", "labelled");

        Assert.Equal(0, full.ExitCode);
        Assert.StartsWith("warning: standard output cannot be written", Assert.Single(full.ErrorLines), StringComparison.Ordinal);
        Assert.Contains("labelled", next.Stages("reused"));
    }

    [Theory]
    [InlineData("hartbeat")]
    [InlineData("heartbeat:1e300")]
    [InlineData("heartbeat:0")]
    [InlineData("heartbeat:NaN")]
    public void A_misspelt_kind_of_leases_is_one_line(string leases)
    {
        using var experiment = new TinyExperiment();

        var ended = TlpipeProcess.Run(experiment.Folder, new Dictionary<string, string> { ["TLPIPE_LEASES"] = leases }, "plan", TinyExperiment.ConfigPath);

        Assert.Equal(2, ended.ExitCode);
        Assert.StartsWith($"error TL0404: TLPIPE_LEASES is '{leases}'; it has to be flock, heartbeat, or heartbeat:SECONDS", Assert.Single(ended.ErrorLines), StringComparison.Ordinal);
    }

    [Fact]
    public void Two_SIGTERMs_at_once_leave_a_checkpoint()
    {
        using var experiment = new TinyExperiment();

        // Schedulers signal every process of a job, and a wrapper passes the signal on.
        var ended = TlpipeProcess.RunAndAct(
            experiment.Folder, line => line.TrimStart().StartsWith("1.00 ", StringComparison.Ordinal),
            process =>
            {
                Assert.Equal(0, TlpipeProcess.SendSignal(process, Terminate));
                Thread.Sleep(TimeSpan.FromMilliseconds(200));
                Assert.Equal(0, TlpipeProcess.SendSignal(process, Terminate));
            },
            new Dictionary<string, string> { [TlpipeProgram.HoldAt] = "30" }, "run", TinyExperiment.ConfigPath, "-t", "domain");
        var resumed = experiment.Run("-t", "domain");

        Assert.Equal(130, ended.ExitCode);
        Assert.Contains("domain", ended.Stages("stopped"));
        Assert.Contains("domain", resumed.Stages("resumes"));
    }

    [Fact(Explicit = true)]
    [Trait(Tier.Name, Tier.Crash)]
    public void A_full_disk_for_logs_and_outputs_is_a_warning_and_the_result_is_stored()
    {
        SkipUnlessRoot();
        using var experiment = new TinyExperiment();

        var ended = TlpipeProcess.RunShell(experiment.Folder, $$"""
            mkdir small; mount -t tmpfs -o size=4m none small; here=$PWD; trap 'cd "$here"; umount -l small' EXIT
            cp -r configs small; cd small
            tlpipe run {{TinyExperiment.ConfigPath}} -t labelled --store ../store > /dev/null
            (cat /dev/zero > FILL) 2>/dev/null || true
            tlpipe run {{TinyExperiment.ConfigPath}} -t domain --store ../store > ../out 2>&1 || { cat ../out; exit 1; }
            rm FILL
            tlpipe run {{TinyExperiment.ConfigPath}} -t domain --store ../store
            """);

        Assert.True(ended.ExitCode == 0, ended.Output + ended.Errors);
        Assert.Contains("domain", ended.Stages("reused"));
    }

    [Fact(Explicit = true)]
    [Trait(Tier.Name, Tier.Crash)]
    public void Two_users_of_a_group_share_a_store_whatever_their_umask()
    {
        SkipUnlessRoot();
        using var experiment = new TinyExperiment();

        var ended = TlpipeProcess.RunShell(experiment.Folder, $$"""
            chmod 755 .; mkdir store; chgrp 4242 store; chmod 2775 store
            for user in 4301 4302; do
              mkdir $user; cp -r configs $user; chown -R $user $user
              (cd $user; umask 022; setpriv --reuid=$user --regid=$user --groups=4242 env HOME=$PWD tlpipe run {{TinyExperiment.ConfigPath}} -t labelled -t corpus --store ../store)
            done
            cd 4302; umask 077; setpriv --reuid=4302 --regid=4302 --groups=4242 env HOME=$PWD tlpipe run {{TinyExperiment.ConfigPath}} -t labelled -p seed=8 --store ../store
            cd ../4301; setpriv --reuid=4301 --regid=4301 --groups=4242 env HOME=$PWD tlpipe run {{TinyExperiment.ConfigPath}} -t labelled -p seed=8 --store ../store
            """);

        Assert.True(ended.ExitCode == 0, ended.Output + ended.Errors);
    }

    [Fact(Explicit = true)]
    [Trait(Tier.Name, Tier.Crash)]
    public void A_store_that_may_only_be_read_serves_what_it_has()
    {
        SkipUnlessRoot();
        using var experiment = new TinyExperiment();

        var ended = TlpipeProcess.RunShell(experiment.Folder, $$"""
            chmod 755 .
            tlpipe run {{TinyExperiment.ConfigPath}} -t labelled --store store > /dev/null
            mkdir other; cp -r configs other; chown -R 4301 other; cd other
            setpriv --reuid=4301 --regid=4301 --clear-groups env HOME=$PWD tlpipe run {{TinyExperiment.ConfigPath}} -t labelled --store ../store
            """);

        Assert.True(ended.ExitCode == 0, ended.Output + ended.Errors);
        Assert.Contains("labelled", ended.Stages("reused"));
    }

    private static void SkipUnlessRoot() => Assert.SkipUnless(Environment.UserName == "root", "it mounts a disk or becomes another user, which needs root");

    // One bit: a digit becomes another, and size and times stay.
    private static void ChangeAccuracy(string blob)
    {
        var text = File.ReadAllText(blob);
        var at = text.IndexOf("\"eval_accuracy\":", StringComparison.Ordinal);
        if (at < 0 || OperatingSystem.IsWindows())
            return;
        var digit = text.IndexOf('.', at) + 1;
        var (bytes, time) = (File.ReadAllBytes(blob), File.GetLastWriteTimeUtc(blob));
        bytes[digit] ^= 1;
        File.SetUnixFileMode(blob, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.WriteAllBytes(blob, bytes);
        File.SetLastWriteTimeUtc(blob, time);
    }
}
