// The speed of this machine's matrix products, measured once in a child process and then kept in the store.
using System.Diagnostics;
using System.Globalization;
using Tlpipe.Engine.Config;

namespace Tlpipe.Hosting;

/// <summary>A measured speed.</summary>
/// <param name="FlopsPerSecond">Floating-point operations a second of a large matrix product.</param>
/// <param name="Dtype">The number format that was measured.</param>
internal sealed record MachineSpeed(double FlopsPerSecond, string Dtype)
{
    /// <summary>The speed on the pipeline's device and in its number format; null if it cannot be measured.</summary>
    public static MachineSpeed? Measured(string storeFolder, Pipeline pipeline)
    {
        var dtype = pipeline.Numerics.Word;
        var device = pipeline.Runtime.Device;
        var remembered = Path.Combine(
            storeFolder, "machines", $"{Environment.MachineName}-{device.Replace(':', '-')}-{dtype}-{Versions.TorchBackend}.txt");
        if (Remembered(remembered) is { } known)
            return new MachineSpeed(known, dtype);
        if (Measure(device, dtype) is not { } measured)
            return null;
        Remember(remembered, measured);
        return new MachineSpeed(measured, dtype);
    }

    private static double? Remembered(string file)
    {
        try
        {
            return Parse(File.ReadAllText(file));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static void Remember(string file, double measured)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllText(file, measured.ToString("R", CultureInfo.InvariantCulture));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A read-only store keeps nothing, so the speed is measured again next time.
        }
    }

    private static double? Measure(string device, string dtype)
    {
        var command = ThisProgram.Command(ThisProgram.MeasureSpeed);
        var start = new ProcessStartInfo(command.Program) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in command.Arguments.Concat([device, dtype]))
            start.ArgumentList.Add(argument);
        using var process = Process.Start(start) ?? throw new InvalidOperationException($"{command.Program} did not start");
        // A failure only means that there is no estimate, so its messages are dropped.
        process.ErrorDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        var text = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? Parse(text) : null;
    }

    private static double? Parse(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && value > 0 ? value : null;
}
