import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import org.obolibrary.robot.CommandManager;
import org.obolibrary.robot.CommandState;
import org.obolibrary.robot.ConvertCommand;
import org.obolibrary.robot.DiffCommand;
import org.obolibrary.robot.ReasonCommand;
import org.obolibrary.robot.ReportCommand;
import org.obolibrary.robot.ValidateProfileCommand;

/** Carries out one command of ROBOT a line, each on its own input; ends with 1 at the first that fails. */
public class RunRobot {
  public static void main(String[] arguments) throws Exception {
    var manager = new CommandManager();
    manager.addCommand("convert", new ConvertCommand());
    manager.addCommand("diff", new DiffCommand());
    manager.addCommand("reason", new ReasonCommand());
    manager.addCommand("report", new ReportCommand());
    manager.addCommand("validate-profile", new ValidateProfileCommand());
    var lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      try {
        manager.execute(new CommandState(), line.split(" "));
      } catch (Exception error) {
        System.err.println(line + ": " + error.getMessage());
        System.exit(1);
      }
    }
  }
}
