// Devices by name, and the tensors made on them.
using System.Text.RegularExpressions;
using Tlpipe.Formats;
using Tlpipe.Nlp.Devices;
using TorchSharp;

namespace Tlpipe.Nlp.Tests.Devices;

public sealed partial class ComputeDeviceTests
{
    private static readonly ComputeDevice Cpu = ComputeDevice.Open("cpu", 2);

    [Fact]
    public void The_CPU_opens_with_the_threads_asked_for()
    {
        Assert.Equal(("cpu", false, 2), (Cpu.Name, Cpu.IsCuda, Cpu.Threads));
        Assert.Equal(2, torch.get_num_threads());
    }

    [Fact]
    public void Auto_is_the_GPU_where_there_is_one()
    {
        var device = ComputeDevice.Open("auto", 2);

        Assert.Equal(torch.cuda.is_available() ? "cuda:0" : "cpu", device.Name);
    }

    [Theory]
    [InlineData("cuda")]
    [InlineData("cuda:1")]
    public void A_GPU_that_cannot_be_used_is_refused_with_the_remedy(string name)
    {
        Assert.SkipWhen(torch.cuda.is_available(), "this machine has a GPU");

        var error = Assert.Throws<InputException>(() => ComputeDevice.Open(name, 2));

        Assert.Contains($"device '{name}' cannot be used", error.Message, StringComparison.Ordinal);
        Assert.Contains("build with -p:TorchBackend=cuda", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("gpu")]
    [InlineData("cuda:x")]
    [InlineData("cuda:-1")]
    [InlineData("")]
    public void An_unknown_name_is_refused_with_those_there_are(string name)
    {
        var error = Assert.Throws<InputException>(() => ComputeDevice.Open(name, 2));

        Assert.Equal($"'{name}' is not a device; give auto, cpu, cuda or cuda:N", error.Message);
    }

    [Fact]
    public void Tensors_hold_what_they_are_made_from()
    {
        using var scope = torch.NewDisposeScope();

        Assert.Equal([1L, 2, 3, 4], Cpu.From([1, 2, 3, 4], 2, 2).data<long>().ToArray());
        Assert.Equal([2L, 2], Cpu.From([1L, 2, 3, 4], 2, 2).shape);
        Assert.Equal([0.5f, 1], Cpu.From([0.5f, 1]).data<float>().ToArray());
        Assert.Equal([true, false], Cpu.From([true, false]).data<bool>().ToArray());
        Assert.Equal([0L, 1, 2], Cpu.Arange(3).data<long>().ToArray());
        Assert.Equal([7f, 7], Cpu.Full(7, 2).data<float>().ToArray());
        Assert.Equal([1.5, -2], Cpu.From([.. BitConverter.GetBytes(1.5), .. BitConverter.GetBytes(-2.0)], torch.ScalarType.Float64, 2).data<double>().ToArray());
        Assert.Throws<ArgumentException>(() => Cpu.From([1, 2, 3], torch.ScalarType.Float32, 1));
    }

    [Fact]
    public void No_source_file_outside_Devices_makes_tensors_itself()
    {
        var sources = TestFiles.Repository + "/src";
        var found = new List<string>();
        foreach (var path in Directory.EnumerateFiles(sources, "*.cs", SearchOption.AllDirectories))
        {
            var relative = Path.GetRelativePath(sources, path).Replace('\\', '/');
            if (relative.Contains("/Devices/", StringComparison.Ordinal) || relative.Contains("/obj/", StringComparison.Ordinal) || relative.Contains("/bin/", StringComparison.Ordinal))
                continue;
            var lines = File.ReadAllLines(path);
            if (!lines.Any(line => line.Contains("TorchSharp", StringComparison.Ordinal)))
                continue;
            for (var i = 0; i < lines.Length; i++)
                if (MakesTensor().Match(lines[i].Split("//")[0]) is { Success: true } match)
                    found.Add($"src/{relative}:{i + 1}: {match.Value.Trim()}; make it with a method of ComputeDevice");
        }

        Assert.True(found.Count == 0, string.Join('\n', found));
    }

    // Names of torch's that make a tensor out of nothing, called on torch or bare; a method of a tensor (x.zeros_like) is on its device already.
    [GeneratedRegex(@"(?:\btorch\.|(?<![\w.""]))(?:zeros|ones|empty|full|tensor|as_tensor|arange|linspace|logspace|eye|rand|randn|randint|randperm|normal|from_array|frombuffer|complex|scalar_tensor|empty_strided)\(")]
    private static partial Regex MakesTensor();
}
